import { mkdir } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import type { ModelReport } from "@modelkeep/findings";
import { textAt } from "../access/resolver.ts";
import type { Json } from "../http/json.ts";
import { isJsonObject } from "../http/json.ts";
import { denied, notFound, tooLarge, unavailable } from "../http/refusal.ts";
import { encodeTarget, safeArtifactPath } from "../http/target.ts";
import type { UpstreamClient } from "../proxy/upstream.ts";
import { refuseModel } from "./explain.ts";
import type { Quarantine } from "./quarantine.ts";
import type { Scanner } from "./scanner.ts";
import { parseSource, type Source } from "./source.ts";
import { takesPart } from "./together.ts";

const LIST = "/api/2.0/mlflow-artifacts/artifacts";
const MAX_FILES = 10_000;
const MAX_DEPTH = 20;
/** A version may be a copy of a version that is a copy: followed this often. */
const MAX_HOPS = 5;

export interface ModelLimits {
  /** Of all files of a model together. */
  readonly modelBytes: number;
}

/** Judges whole models that lie in MLflow, by bytes that the gateway fetched itself. */
export class ModelAdmission {
  readonly #upstream: UpstreamClient;
  readonly #quarantine: Quarantine;
  readonly #scanner: Scanner;
  readonly #limits: ModelLimits;

  constructor(upstream: UpstreamClient, quarantine: Quarantine, scanner: Scanner, limits: ModelLimits) {
    this.#upstream = upstream;
    this.#quarantine = quarantine;
    this.#scanner = scanner;
    this.#limits = limits;
  }

  /**
   * Judges the model that a source names.
   * @throws {Refusal} 422 with the findings when it is not admitted, 403 for a source that cannot be judged, 404
   */
  async admit(source: Source, hops = 0): Promise<void> {
    if (hops > MAX_HOPS) throw denied("the model version copies another one through too many steps");
    if (source.kind !== "version") {
      await this.#admitFolder(await this.#proxyPath(source));
      return;
    }
    const query = { name: source.name, version: source.version };
    const answer = await this.#get("/api/2.0/mlflow/model-versions/get", query);
    const lies = textAt(answer, "model_version", "source") ?? "";
    if (!isPromptVersion(answer, lies)) await this.admit(parseSource(lies), hops + 1);
  }

  /** As `admit`, for a registered version. */
  async admitVersion(name: string, version: string): Promise<void> {
    await this.admit({ kind: "version", name, version });
  }

  /** As `admit`, for a run's folder; a folder with no files at all has nothing that could be loaded. */
  async admitIfPresent(runId: string, path: string): Promise<void> {
    const folder = await this.#proxyPath({ kind: "run", runId, path });
    if ((await this.#list(folder)).length > 0) await this.#admitFolder(folder);
  }

  /**
   * Whether a file that is not admitted alone is explained by those beside it, as they lie in MLflow now.
   * @param path in the artifact proxy
   * @param sha256 of the very bytes that are asked about
   */
  async explainsTogether(path: string, sha256: string): Promise<boolean> {
    const { dir, base } = posix.parse(path);
    await using folder = await this.#quarantine.folder();
    let left = this.#limits.modelBytes;
    for (const { name, isFolder } of await this.#list(dir)) {
      if (!isFolder && takesPart(name))
        left -= await this.#download(`${dir}/${name}`, join(folder.path, name), left);
    }
    const { files } = await this.#scanner.scanModel(folder.path, { name: "" });
    return files.some((file) => file.path === base && file.sha256 === sha256 && file.admitted);
  }

  async #admitFolder(path: string): Promise<void> {
    await using folder = await this.#quarantine.folder();
    const fetched = { files: 0, bytes: 0 };
    await this.#fetch(path, folder.path, fetched, 0);
    if (fetched.files === 0) throw notFound(`there are no model files at ${path}`);
    const report: ModelReport = await this.#scanner.scanModel(folder.path, { name: path });
    if (!report.admitted) throw refuseModel(report);
  }

  async #proxyPath(source: Exclude<Source, { kind: "version" }>): Promise<string> {
    if (source.kind === "proxy") return source.path;
    if (source.kind === "logged-model") {
      const path = `/api/2.0/mlflow/logged-models/${encodeURIComponent(source.modelId)}`;
      return proxied(textAt(await this.#get(path, {}), "model", "info", "artifact_uri"));
    }
    const answer = await this.#get("/api/2.0/mlflow/runs/get", { run_id: source.runId });
    return join(proxied(textAt(answer, "run", "info", "artifact_uri")), source.path);
  }

  async #fetch(
    path: string,
    to: string,
    fetched: { files: number; bytes: number },
    depth: number,
  ): Promise<void> {
    if (depth > MAX_DEPTH) throw tooLarge(`the model's folders nest deeper than ${MAX_DEPTH}`);
    for (const { name, isFolder } of await this.#list(path)) {
      if (isFolder) {
        await this.#fetch(`${path}/${name}`, join(to, name), fetched, depth + 1);
        continue;
      }
      fetched.files += 1;
      if (fetched.files > MAX_FILES) throw tooLarge(`the model has more than ${MAX_FILES} files`);
      fetched.bytes += await this.#download(
        `${path}/${name}`,
        join(to, name),
        this.#limits.modelBytes - fetched.bytes,
      );
    }
  }

  async #download(path: string, file: string, limit: number): Promise<number> {
    const answer = await this.#upstream.send("GET", encodeTarget(`${LIST}/${path}`, new Map()), {});
    if (answer.status !== 200) {
      answer.body.destroy();
      throw unavailable(`MLflow answered ${answer.status} when it was asked for the file ${path}`);
    }
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    return (await this.#quarantine.receive(answer.body, limit, file)).size;
  }

  async #list(path: string): Promise<{ name: string; isFolder: boolean }[]> {
    const files = (await this.#get(LIST, { path }))["files"] ?? [];
    if (!isList(files)) throw unavailable("MLflow's list of files was not understood");
    return files.map((file) => {
      const name = safeArtifactPath(textAt(file, "path") ?? "");
      // A name with a slash would be somewhere else than in the folder that was listed.
      if (name === "" || name.includes("/")) throw unavailable("MLflow's list of files was not understood");
      return { name, isFolder: isJsonObject(file) && file["is_dir"] === true };
    });
  }

  async #get(
    path: string,
    query: Readonly<Record<string, string>>,
  ): Promise<Readonly<Record<string, Json | undefined>>> {
    const { status, body } = await this.#upstream.getJson(path, query);
    if (status === 404) throw notFound(textAt(body, "message") ?? "MLflow does not know it");
    if (status !== 200 || !isJsonObject(body)) throw unavailable(`MLflow answered ${status} to ${path}`);
    return body;
  }
}

/** MLflow keeps prompts as model versions with one of these as source and no files. */
export const PROMPT_SOURCES: ReadonlySet<string> = new Set(["dummy-source", "prompt-template"]);

function isPromptVersion(answer: Json, source: string): boolean {
  const version = isJsonObject(answer) ? answer["model_version"] : undefined;
  const tags = isJsonObject(version) ? (version["tags"] ?? []) : [];
  const marked = isList(tags) && tags.some((tag) => textAt(tag, "key") === "mlflow.prompt.is_prompt");
  return marked && PROMPT_SOURCES.has(source);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** The path in the artifact proxy. Other stores are written past the gateway, so their content proves nothing. */
function proxied(uri: string | undefined): string {
  const path = /^mlflow-artifacts:\/([^/].*)$/su.exec(uri ?? "")?.[1];
  if (path === undefined) {
    throw denied(
      "the files are not in the server's artifact proxy, where they could be judged: start MLflow with --serve-artifacts",
    );
  }
  return safeArtifactPath(path);
}
