import { isUtf8 } from "node:buffer";
import { ModelkeepError } from "@modelkeep/findings";
import type { LoggerLimits } from "./limits.ts";
import { neutralise } from "./neutralise.ts";
import { redact, redactFile } from "./secrets/redact.ts";

/** What happens to a secret: replaced, or the call is refused. */
export type SecretPolicy = "redact" | "refuse";

/** What may be logged as a param or tag. */
export type Loggable =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly Loggable[]
  | { readonly [key: string]: Loggable };

const MAX_DEPTH = 8;

/** Turns values into the text that is stored: checked, secrets gone, harmless to show. */
export class Sanitiser {
  readonly #limits: LoggerLimits;
  readonly #policy: SecretPolicy;

  constructor(limits: LoggerLimits, policy: SecretPolicy) {
    this.#limits = limits;
    this.#policy = policy;
  }

  /**
   * The text of a param's or tag's value.
   * @throws {ModelkeepError} `LIMIT_EXCEEDED`, `INVALID_ARGUMENT`
   */
  value(key: string, value: Loggable): string {
    this.#structure(key, value, 0);
    const text = neutralise(this.text(key, plainText(this.#withoutSecrets(key, value))));
    if (text.length > this.#limits.value) {
      throw new ModelkeepError(
        "LIMIT_EXCEEDED",
        `the value of ${key} has ${text.length} characters, more than ${this.#limits.value}: log it as an artifact`,
      );
    }
    return text;
  }

  /** A text without secrets. @throws {ModelkeepError} `INVALID_ARGUMENT` when the policy is to refuse */
  text(key: string, text: string): string {
    const { text: clean, found } = redact(text, key);
    if (found.length > 0 && this.#policy === "refuse") {
      throw new ModelkeepError(
        "INVALID_ARGUMENT",
        `the value of ${key} looks like a secret (${found.join(", ")}): do not log it; if it is exposed, replace it`,
      );
    }
    return clean;
  }

  /**
   * The bytes of a file without secrets: text files are searched, all else is stored as it is.
   * @throws {ModelkeepError} `INVALID_ARGUMENT` when the policy is to refuse
   */
  file(path: string, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    if (!isUtf8(bytes) || bytes.includes(0)) return bytes;
    const { text, found } = redactFile(Buffer.from(bytes).toString());
    if (found.length === 0) return bytes;
    if (this.#policy === "redact") return Buffer.from(text);
    throw new ModelkeepError(
      "INVALID_ARGUMENT",
      `${path} holds what looks like a secret (${found.join(", ")}): take it out before logging the file`,
    );
  }

  /** A metric's value. NaN and infinities are MLflow's own business and pass. */
  metric(key: string, value: number): number {
    if (Number.isFinite(value) && Math.abs(value) > this.#limits.metric) {
      throw new ModelkeepError(
        "LIMIT_EXCEEDED",
        `the metric ${key} is ${value}: its size may be ${this.#limits.metric} at most`,
      );
    }
    return value;
  }

  #structure(key: string, value: Loggable, depth: number): void {
    if (depth > MAX_DEPTH)
      throw new ModelkeepError("LIMIT_EXCEEDED", `the value of ${key} nests deeper than ${MAX_DEPTH}`);
    if (typeof value !== "object" || value === null) return;
    const items: readonly Loggable[] = isList(value) ? value : Object.values(value);
    const limit = isList(value) ? this.#limits.listItems : this.#limits.dictEntries;
    if (items.length > limit) {
      throw new ModelkeepError(
        "LIMIT_EXCEEDED",
        `the value of ${key} has ${items.length} entries, more than ${limit}`,
      );
    }
    for (const item of items) this.#structure(key, item, depth + 1);
  }

  /** Data of any size without secrets: a text in a list stands under the list's key. */
  data(value: Loggable): Loggable {
    return this.#withoutSecrets("", value);
  }

  #withoutSecrets(key: string, value: Loggable): Loggable {
    if (typeof value === "string") return this.text(key, value);
    if (typeof value !== "object" || value === null) return value;
    if (isList(value)) return value.map((item) => this.#withoutSecrets(key, item));
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, this.#withoutSecrets(name, item)]),
    );
  }
}

function isList(value: Loggable): value is readonly Loggable[] {
  return Array.isArray(value);
}

// As Python's client shows the words (`str(True)`), so that params of both clients compare equal.
function plainText(value: Loggable): string {
  if (typeof value === "string") return value;
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "object")
    return JSON.stringify(value, (_key, one: unknown) => (typeof one === "bigint" ? String(one) : one));
  return String(value);
}
