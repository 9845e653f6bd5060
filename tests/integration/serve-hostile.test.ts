import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashModel } from "@modelkeep/signing/hash/model";
import { parsePrivateKey } from "@modelkeep/signing/methods/private-key";
import { keySigner } from "@modelkeep/signing/methods/sign-key";
import { signManifest } from "@modelkeep/signing/sign";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testPython } from "./model-io-server.ts";

// A model that somebody trusted signed, and that turns on its server: `modelkeep serve` as users start it.

const COMMAND = join(import.meta.dirname, "../../packages/modelkeep/dist/main.js");
let folder: string;
let server: ChildProcess;
let url = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "serve-hostile-"));
  const model = join(folder, "model");
  execFileSync(testPython(), [join(import.meta.dirname, "serve_hostile_model.py"), model], { stdio: "pipe" });
  const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = parsePrivateKey(Buffer.from(pair.privateKey.export({ type: "pkcs8", format: "pem" })), "key");
  await writeFile(join(model, "model.sig"), await signManifest(await hashModel(model, {}), keySigner(key)));
  await writeFile(join(folder, "release.pub"), pair.publicKey.export({ type: "spki", format: "pem" }));
  await writeFile(join(folder, "modelkeep.yaml"), CONFIG);
  const env = { ...process.env, MODELKEEP_PYTHON: testPython(), MODELKEEP_CACHE: "off" };
  const argv = [COMMAND, "serve", "-m", model, "-p", "0", "-t", "3", "--drain-delay", "0"];
  server = spawn(process.execPath, argv, { cwd: folder, env, stdio: ["ignore", "ignore", "pipe"] });
  url = await addressOf(server);
});

const CONFIG = `trust:
  signers:
    release: {key: release.pub}
  rules:
    - {signers: release, permit: executable}
sandbox:
  workers: 3
  memory_bytes: 2147483648
  output_bytes: 1048576
  answer_values: 100000
`;

afterAll(async () => {
  server.kill("SIGKILL");
  await rm(folder, { recursive: true });
});

async function addressOf(child: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let said = "";
  child.stderr?.on("data", (piece: Buffer) => {
    said += piece.toString();
    const found = /at (http:\/\/127\.0\.0\.1:\d+)/u.exec(said)?.[1];
    if (found !== undefined) resolve(found);
  });
  child.once("exit", () => reject(new Error(said)));
  return await promise;
}

interface Answer {
  readonly status: number;
  readonly body: { readonly predictions?: unknown; readonly error_code?: string; readonly message?: string };
}

async function ask(what: string): Promise<Answer> {
  const response = await fetch(`${url}/invocations`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ dataframe_split: { columns: ["what"], data: [[what]] } }),
  });
  return { status: response.status, body: (await response.json()) as Answer["body"] };
}

/** What it does → status, code, what is said, and why its worker is replaced; an error that it raises costs it nothing. */
const DEEDS: readonly (readonly [
  what: string,
  status: number,
  code: string,
  said: RegExp,
  reason?: string,
])[] = [
  ["die", 500, "INTERNAL_ERROR", /died \(code 7\)/u, "died"],
  ["crash", 500, "INTERNAL_ERROR", /died \(signal 11\)/u, "died"],
  ["hang", 504, "DEADLINE_EXCEEDED", /time|answer/u, "timed-out"],
  ["spin", 504, "DEADLINE_EXCEEDED", /time|answer/u, "timed-out"],
  ["flood", 500, "INTERNAL_ERROR", /more than 1048576 bytes of output/u, "exceeded"],
  ["forge", 500, "INTERNAL_ERROR", /nobody asked/u, "protocol"],
  ["announce", 500, "INTERNAL_ERROR", /announced an answer of 4294967295 bytes/u, "exceeded"],
  ["nested", 500, "INTERNAL_ERROR", /nests deeper/u, "exceeded"],
  ["many", 500, "INTERNAL_ERROR", /more than \d+ values/u],
  ["raise", 500, "INTERNAL_ERROR", /SystemExit: no/u],
];

test("a worker that dies, hangs, floods or lies is replaced and counted, its request is told why, and no other request fails", async () => {
  expect((await ask("hello")).body).toEqual({ predictions: ["hello"] });
  const done = new AbortController();
  const honest = async (): Promise<number> => {
    let count = 0;
    for (; !done.signal.aborted; count++)
      expect(await ask(`row ${count}`)).toEqual({ status: 200, body: { predictions: [`row ${count}`] } });
    return count;
  };
  const others = [honest(), honest()];
  const failed = Promise.all(others).catch((error: unknown) => error);
  for (const [what, status, code, said] of DEEDS) {
    const answer = await ask(what);
    expect([what, answer.status, answer.body.error_code]).toEqual([what, status, code]);
    expect(answer.body.message).toMatch(said);
  }
  // What a limit stops from inside or from outside, whichever is first.
  for (const what of ["grow", "threads"]) {
    const { status, body } = await ask(what);
    expect([what, status]).toEqual([what, 500]);
    expect(body.message).toMatch(/MemoryError|memory|new thread|threads/u);
  }
  done.abort();
  expect(await failed).toEqual([expect.any(Number), expect.any(Number)]);
  const counts = await Promise.all(others);
  expect(Math.min(...counts)).toBeGreaterThan(3);

  const metrics = await (await fetch(`${url}/metrics`)).text();
  for (const reason of ["died", "timed-out", "exceeded", "protocol"]) {
    const least = DEEDS.filter((deed) => deed[4] === reason).length;
    const line = new RegExp(`replaced_total\\{model="model",reason="${reason}"\\} (\\d+)`, "u").exec(metrics);
    expect([reason, Number(line?.[1])]).toEqual([reason, expect.any(Number)]);
    expect(Number(line?.[1])).toBeGreaterThanOrEqual(least);
  }
  const info = (await (await fetch(`${url}/models`)).json()) as { models: { sandbox: object }[] };
  expect(info.models[0]?.sandbox).toMatchObject({ driver: "bubblewrap", memory: expect.any(String) });
  expect((await ask("still here")).body).toEqual({ predictions: ["still here"] });
});
