import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { requireOurs } from "./folder.ts";

const KEY_BYTES = 32;
const MAX_RECORD_BYTES = 64 * 2 ** 20;

let counter = 0;

/**
 * Small JSON records, each under a seal that only a holder of the key can make, bound to its kind and name: whoever can
 * write to the cache but not read the user's state folder cannot put words into the loader's mouth.
 */
export class Seals {
  readonly #key: Buffer;

  private constructor(key: Buffer) {
    this.#key = key;
  }

  /** Reads the key of a folder, making one at the first time. */
  static open(folder: string): Seals {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    requireOurs(folder);
    const path = join(folder, "cache-key");
    const key = readKey(path) ?? makeKey(path);
    return new Seals(key);
  }

  async write(path: string, kind: string, value: unknown): Promise<void> {
    const text = JSON.stringify(value);
    const next = `${path}.${process.pid}.${counter++}.next`;
    await writeFile(next, `${this.#seal(path, kind, text)}\n${text}\n`, { mode: 0o600, flag: "wx" });
    await rename(next, path);
  }

  /** @returns undefined when there is none; `"broken"` when its seal does not fit: it was changed, or the key is new */
  async read(path: string, kind: string): Promise<{ readonly value: unknown } | "broken" | undefined> {
    let text: string;
    try {
      text = await readFile(path, "utf8");
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
      throw error;
    }
    const [seal = "", body = "", end, ...more] = text.split("\n");
    if (text.length > MAX_RECORD_BYTES || end !== "" || more.length > 0) return "broken";
    const wanted = Buffer.from(this.#seal(path, kind, body), "utf8");
    const given = Buffer.from(seal, "utf8");
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return "broken";
    return { value: JSON.parse(body) };
  }

  #seal(path: string, kind: string, text: string): string {
    const name = path.slice(path.lastIndexOf("/") + 1);
    return createHmac("sha256", this.#key).update(`${kind}\0${name}\0${text}`).digest("hex");
  }
}

function readKey(path: string): Buffer | undefined {
  try {
    const key = readFileSync(path);
    return key.length === KEY_BYTES ? key : undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** By a link, so that of two processes at their first start both end with the same, whole key. */
function makeKey(path: string): Buffer {
  const next = `${path}.${process.pid}.${randomBytes(4).toString("hex")}.next`;
  writeFileSync(next, randomBytes(KEY_BYTES), { mode: 0o400, flag: "wx" });
  try {
    linkSync(next, path);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  } finally {
    rmSync(next);
  }
  const key = readKey(path);
  if (key === undefined) throw new Error(`${path} holds no key of ${KEY_BYTES} bytes: remove it`);
  return key;
}
