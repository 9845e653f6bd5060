import { ModelkeepError } from "@modelkeep/findings";
import type { ServedModel } from "./served-model.ts";

/** Why a slot does not answer with what its URI names. */
export interface Behind {
  /** The version that the URI names. */
  readonly version: string;
  readonly reason: string;
  /** How often it was tried. */
  readonly attempts: number;
  /** Milliseconds since 1970 of the next try. */
  readonly retryAt: number;
}

/** A name under which a model is served: always exactly one version answers, while another may be made ready beside it. */
export class Slot {
  readonly name: string;
  readonly uri: string;
  /** Set while a new version was refused. */
  behind: Behind | undefined;
  /** Why the server could not be asked what the URI names; undefined while it can. */
  unresolved: string | undefined;
  #current: ServedModel | undefined;

  constructor(name: string, uri: string) {
    this.name = name;
    this.uri = uri;
  }

  /** @throws {ModelkeepError} `UNAVAILABLE` before the first version is there, and after the end */
  get current(): ServedModel {
    if (this.#current !== undefined) return this.#current;
    throw new ModelkeepError("UNAVAILABLE", `the model ${this.name} is not loaded: try again`);
  }

  get loaded(): boolean {
    return this.#current !== undefined;
  }

  /** From now on `next` answers. @returns settles when the version before is freed */
  async replace(next: ServedModel): Promise<void> {
    const before = this.#current;
    this.#current = next;
    await before?.retire();
  }

  /** Nothing answers any more. */
  async close(): Promise<void> {
    const before = this.#current;
    this.#current = undefined;
    await before?.retire();
  }
}
