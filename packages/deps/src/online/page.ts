/** One release as the index knows it. */
export interface Release {
  /** The reason, or an empty text; undefined when it was not withdrawn. */
  readonly yanked: string | undefined;
  /** `sha256:…` of its files. */
  readonly hashes: readonly string[];
  /** PEP 440 clauses, where its files say them. */
  readonly requiresPython: string | undefined;
}

/** What the index says of one package. */
export interface IndexPage {
  readonly releases: ReadonlyMap<string, Release>;
}

/** Pages by canonical name; a package that is not here was not asked for. */
export type IndexPages = ReadonlyMap<string, IndexPage>;
