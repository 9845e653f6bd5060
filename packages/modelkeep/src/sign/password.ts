import { isEncrypted, parsePrivateKey, type PrivateKey } from "@modelkeep/signing/methods/private-key";
import type { Arguments } from "../signing/arguments.ts";
import { fileOf } from "../signing/files.ts";

/**
 * The key of `--private-key`, with the password of `--password`, of the environment, or of the person at the terminal.
 * @throws {SigningError} `key-unusable`, `io`
 */
export async function privateKeyFrom(args: Arguments): Promise<PrivateKey> {
  const { bytes, name } = fileOf(args, "private-key");
  return parsePrivateKey(bytes, name, await passwordFor(args, bytes, name));
}

async function passwordFor(args: Arguments, pem: Uint8Array, name: string): Promise<string | undefined> {
  const given = args.text("password");
  if (given !== undefined || !isEncrypted(pem)) return given;
  const known = process.env["MODELKEEP_KEY_PASSWORD"];
  if (known !== undefined && known !== "") return known;
  return process.stdin.isTTY && process.stderr.isTTY ? await ask(`Password of ${name}: `) : undefined;
}

/** Asks without showing what is typed. */
export async function ask(question: string): Promise<string> {
  const [{ createInterface }, { Writable }] = await Promise.all([
    import("node:readline/promises"),
    import("node:stream"),
  ]);
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_piece, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await lines.question("");
  } finally {
    lines.close();
    process.stderr.write("\n");
  }
}
