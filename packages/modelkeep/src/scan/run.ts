import { ModelkeepError, VERDICTS, type Verdict } from "@modelkeep/findings";
import { en } from "@modelkeep/findings/messages/en";
import { loadWriter } from "@modelkeep/findings/writers/load";
import type { ReportWriter } from "@modelkeep/findings/writers/writer";
import type { Analysis } from "@modelkeep/formats";
import { DEFAULT_POLICY, type Policy } from "@modelkeep/scanner/policy";
import { type ScanEvent, scanEvents, type ScanOptions } from "@modelkeep/scanner/scan";
import { scanPath } from "@modelkeep/scanner/scan/scan-file";
import { describeError } from "../describe-error.ts";
import { isColorTerminal } from "../terminal.ts";
import { fetchUri, isUri, renamed, type Reported } from "./fetch.ts";
import type { ScanCommandOptions } from "./options.ts";
import { fileOutput, type Output } from "./output.ts";
import { progress } from "./progress.ts";
import { standardOutput } from "./standard-output.ts";
import { workersFor } from "./workers.ts";

/** Does what `modelkeep scan` was asked. @returns 0 all admitted, 1 something is not, 2 something could not be read */
export async function runScan(options: ScanCommandOptions, version: string): Promise<number> {
  process.once("SIGINT", () => process.exit(130));
  process.once("SIGTERM", () => process.exit(143));
  const policy = options.policy === undefined ? DEFAULT_POLICY : await policyFrom(options.policy);
  return await new ScanRun(options, policy, version).run();
}

async function policyFrom(file: string): Promise<Policy> {
  const { loadPolicy } = await import("@modelkeep/scanner/policy-file");
  return await loadPolicy(file);
}

/** One run of the command over all its inputs. */
class ScanRun {
  readonly #options: ScanCommandOptions;
  readonly #policy: Policy;
  readonly #version: string;
  readonly #output: Output;
  #failed = false;
  #unread = false;
  #shown: (event: Reported) => Reported = (event) => event;

  constructor(options: ScanCommandOptions, policy: Policy, version: string) {
    this.#options = options;
    this.#version = version;
    this.#policy = policy;
    this.#output = options.output === undefined ? standardOutput() : fileOutput(options.output);
  }

  async run(): Promise<number> {
    const writer = await this.#writer();
    const { inputs, trace, jobs } = this.#options;
    if (trace) this.#traceOf = (await import("@modelkeep/formats/pickle/trace")).traceAnalysis;
    const workers = trace ? 0 : workersFor(inputs, jobs);
    await using service = workers === 0 ? null : await startService(workers, this.#policy);
    const options: ScanOptions = {
      policy: this.#policy,
      scanMember: service === null ? this.#scanHere() : (path, member) => service.scanFile(path, member),
    };
    using bar = progress();
    for (const input of inputs) {
      for await (const event of this.#events(input, options)) {
        this.#take(event, writer);
        bar.tick();
      }
    }
    bar.clear();
    this.#output.write(writer.end());
    this.#output.close();
    if (this.#unread) return 2;
    return this.#failed ? 1 : 0;
  }

  async #writer(): Promise<ReportWriter> {
    const { format, output } = this.#options;
    const factory = await loadWriter(format);
    // SARIF lists every rule; the others need none of their texts.
    const rules = format === "sarif" ? (await import("@modelkeep/scanner/rules/index")).RULES : [];
    const color = output === undefined && isColorTerminal();
    return factory({ version: this.#version, rules, messages: en, color });
  }

  async *#events(input: string, options: ScanOptions): AsyncGenerator<ScanEvent, void, undefined> {
    if (input === "-") {
      const { spool } = await import("./spool.ts");
      using spooled = await spool(process.stdin);
      yield* this.#standIn(spooled.path, input, options);
    } else if (isUri(input)) {
      yield* this.#fetched(input, options);
    } else {
      yield* this.#standIn(input, input, options);
    }
  }

  async *#fetched(uri: string, options: ScanOptions): AsyncGenerator<ScanEvent, void, undefined> {
    try {
      using fetched = await fetchUri(uri, this.#options.trackingUri);
      yield* this.#standIn(fetched.folder, uri, options);
    } catch (error) {
      if (!(error instanceof ModelkeepError)) throw error;
      yield { kind: "error", path: uri, error };
    }
  }

  /** Scans what stands at `path` in the name of `shown`. */
  async *#standIn(
    path: string,
    shown: string,
    options: ScanOptions,
  ): AsyncGenerator<ScanEvent, void, undefined> {
    this.#shown = (event) => (path === shown ? event : renamed(event, path, shown));
    yield* scanEvents([path], options);
  }

  #take(event: ScanEvent, writer: ReportWriter): void {
    if (event.kind === "error") {
      this.#unread = true;
      process.stderr.write(`${describeError(event.error)}\n`);
      return;
    }
    const shown = this.#shown(event);
    if (this.#fails(shown.report)) this.#failed = true;
    this.#output.write(shown.kind === "file" ? writer.file(shown.report) : writer.model(shown.report));
    this.#writeTrace(event.report.path);
  }

  #fails(report: { verdict: Verdict; admitted: boolean }): boolean {
    const { failOn } = this.#options;
    return failOn === undefined
      ? !report.admitted
      : VERDICTS.indexOf(report.verdict) >= VERDICTS.indexOf(failOn);
  }

  /** By the path that is reported. */
  readonly #analyses = new Map<string, Analysis>();
  #traceOf: ((analysis: Analysis) => string) | undefined;

  #scanHere(): NonNullable<ScanOptions["scanMember"]> {
    if (this.#traceOf === undefined) return scanPath;
    return (path, member) =>
      scanPath(path, {
        ...member,
        onAnalysis: (analysis) => void this.#analyses.set(member.name ?? path, analysis),
      });
  }

  /** A trace goes beneath its file's report, and to standard error where standard output is a document. */
  #writeTrace(path: string): void {
    const analysis = this.#analyses.get(path);
    if (analysis === undefined || this.#traceOf === undefined) return;
    this.#analyses.delete(path);
    const text = this.#traceOf(analysis);
    if (this.#options.format === "text") this.#output.write(text);
    else process.stderr.write(text);
  }
}

async function startService(workers: number, policy: Policy) {
  const { ScanService } = await import("@modelkeep/scanner/service");
  return new ScanService({ workers, policy });
}
