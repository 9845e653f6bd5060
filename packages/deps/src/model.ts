import type { Span } from "./text/lines.ts";
import type { Ecosystem } from "./version/scheme.ts";

/** Kinds of files that are read, by what writes or reads them. */
export type FileKind =
  | "requirements"
  | "constraints"
  | "pyproject"
  | "pipfile"
  | "pipfile-lock"
  | "poetry-lock"
  | "uv-lock"
  | "pdm-lock"
  | "pylock"
  | "setup-cfg"
  | "setup-py"
  | "conda"
  | "python-env"
  | "mlmodel"
  | "npm-lock"
  | "yarn-lock"
  | "pnpm-lock";

/** Where a package comes from, when not from an index. */
export interface Source {
  readonly kind: "url" | "vcs" | "path" | "editable";
  /** As written, without credentials. */
  readonly url: string;
  /** The commit (40 or 64 hexadecimal digits), or a hash of the archive, that holds it still. */
  readonly fixed: boolean;
}

/** One package that a file asks for. */
export interface Dependency {
  readonly ecosystem: Ecosystem;
  /** Canonical (PEP 503 for PyPI). */
  readonly name: string;
  readonly written: string;
  readonly extras: readonly string[];
  /** PEP 440 clauses, alternatives separated by ` || `; empty allows all. */
  readonly specifier: string;
  /** The one version that is asked for, as written; undefined when there is a choice. */
  readonly version: string | undefined;
  /** Where the version stands, for a fix. */
  readonly versionAt: Span | undefined;
  readonly at: Span;
  readonly marker: string;
  /** `sha256:…` of the files that may be installed. */
  readonly hashes: readonly string[];
  /** Where the hashes stand, from the first to the end of the last. */
  readonly hashesAt: Span | undefined;
  readonly source: Source | undefined;
  /** A package of conda's own channels; looked up by PyPI's name of it. */
  readonly conda: boolean;
  /** A range was written with a wildcard (`1.*`, `*`). */
  readonly wildcard: boolean;
  /** Only limits what others ask for. */
  readonly constraint: boolean;
}

/** An option that says where packages come from. */
export interface IndexOption {
  readonly kind: "index" | "extra-index" | "find-links" | "trusted-host";
  readonly value: string;
  readonly at: Span;
}

/** Something in a file that was not read, and so not looked up. */
export interface Problem {
  readonly message: string;
  readonly at: Span;
}

/** What one file says. */
export interface Reading {
  readonly dependencies: readonly Dependency[];
  readonly options: readonly IndexOption[];
  readonly problems: readonly Problem[];
  /** Other files that it names, relative to it. */
  readonly includes: readonly { readonly path: string; readonly kind: FileKind; readonly at: Span }[];
  /** The file demands hashes for all (`--require-hashes`). */
  readonly requireHashes: boolean;
  /** Versions of Python that the project allows (`>=3.9`). */
  readonly requiresPython: string | undefined;
  /** Where a pyproject.toml says that its dependencies are computed, and says no file or table that holds them. */
  readonly dynamicAt?: Span | undefined;
}

export const NOTHING: Reading = {
  dependencies: [],
  options: [],
  problems: [],
  includes: [],
  requireHashes: false,
  requiresPython: undefined,
};

/** Fills what most dependencies leave open. */
export function dependency(
  given: Partial<Dependency> & Pick<Dependency, "name" | "written" | "at">,
): Dependency {
  return {
    ecosystem: "PyPI",
    extras: [],
    specifier: "",
    version: undefined,
    versionAt: undefined,
    marker: "",
    hashes: [],
    hashesAt: undefined,
    source: undefined,
    conda: false,
    wildcard: false,
    constraint: false,
    ...given,
  };
}
