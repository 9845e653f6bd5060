import { MlflowError } from "../error.ts";

/** A JSON object that came from a server: nothing about it is known. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads members of a server's answer. Each throws `malformed` and names the member. */
export class Answer {
  readonly #object: JsonObject;
  readonly #where: string;

  /** @param where what is being read, for messages (`runs/get`, then `runs/get.run`) */
  constructor(value: unknown, where: string) {
    if (!isJsonObject(value))
      throw new MlflowError("malformed", `${where} answered no JSON object: is it MLflow?`);
    this.#object = value;
    this.#where = where;
  }

  /** A member that must be there and be text. MLflow writes int64 as text, so numbers are taken too. */
  text(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined) throw this.#fault(name, "text");
    return value;
  }

  optionalText(name: string): string | undefined {
    const value = this.#member(name);
    if (value === undefined || value === null) return undefined;
    if (typeof value === "string") return value;
    if (typeof value === "number") return String(value);
    throw this.#fault(name, "text");
  }

  /** A whole number from 0; undefined when absent. */
  optionalCount(name: string): number | undefined {
    const text = this.optionalText(name);
    if (text === undefined) return undefined;
    const number = Number(text);
    if (!Number.isSafeInteger(number) || number < 0) throw this.#fault(name, "a whole number");
    return number;
  }

  flag(name: string): boolean {
    const value = this.#member(name);
    if (value === undefined) return false;
    if (typeof value !== "boolean") throw this.#fault(name, "a boolean");
    return value;
  }

  child(name: string): Answer {
    return new Answer(this.#member(name), `${this.#where}.${name}`);
  }

  /** Empty when absent: protobuf leaves empty lists out. */
  children(name: string): Answer[] {
    const value = this.#member(name);
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) throw this.#fault(name, "a list");
    return value.map((item: unknown, index) => new Answer(item, `${this.#where}.${name}[${index}]`));
  }

  #member(name: string): unknown {
    return Object.hasOwn(this.#object, name) ? this.#object[name] : undefined;
  }

  #fault(name: string, wanted: string): MlflowError {
    return new MlflowError("malformed", `${this.#where}.${name} is not ${wanted}: is the server MLflow?`);
  }
}
