import { parseArgs } from "node:util";
import { SecureMLflowLoader } from "@modelkeep/model-io";
import { encodeFrame, type Frame, FrameReader } from "@modelkeep/sandbox/wire/frames";
import { DEFAULT_POLICY } from "@modelkeep/scanner/policy";
import { loadPolicy } from "@modelkeep/scanner/policy-file";
import { loaderOptions } from "../predict/options.ts";
import { HELP } from "./help.ts";
import { Session } from "./session.ts";

/** Bytes of one request or answer. */
const MAX_FRAME = 2 ** 30;

/** `modelkeep stdio`. Answers one request after the other until standard input ends. @returns 0 */
export async function stdioCommand(argv: string[]): Promise<number> {
  const { values } = parseArgs({
    args: argv,
    options: {
      engine: { type: "string" },
      "env-manager": { type: "string" },
      policy: { type: "string" },
      "audit-log": { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help === true) {
    process.stdout.write(HELP);
    return 0;
  }
  // Whoever asked for one version must not be given another: no fallback, whatever the configuration says.
  const options = await loaderOptions({
    engine: values.engine,
    policy: values.policy,
    envManager: values["env-manager"],
    auditLog: values["audit-log"],
    fallback: "none",
  });
  const policy = typeof options.policy === "string" ? await loadPolicy(options.policy) : options.policy;
  await using loader = await SecureMLflowLoader.open(options);
  await using session = new Session(
    loader,
    policy ?? DEFAULT_POLICY,
    /^https?:/iu.test(options.trackingUri ?? ""),
  );
  for await (const frame of requests(process.stdin)) await write(await session.answer(frame));
  return 0;
}

/** @throws {SandboxError} for what is no frame: then nothing that follows can be understood either */
async function* requests(input: AsyncIterable<Buffer>): AsyncGenerator<Frame, void, undefined> {
  const reader = new FrameReader(MAX_FRAME);
  for await (const piece of input) yield* reader.push(piece);
}

async function write({ message, payload }: { message: unknown; payload: readonly Uint8Array[] }) {
  const frame = encodeFrame(message, payload, MAX_FRAME);
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(frame, (error) => (error ? reject(error) : resolve()));
  });
}
