import { canonicalName } from "../names.ts";
import { exactVersion, hasWildcard, parseSpecifier, type Specifier } from "../version/specifier.ts";
import type { Source } from "../model.ts";
import { sourceOf, nameOfArchive } from "./source.ts";

/** A requirement of PEP 508 taken apart; places count from the start of the text that was read. */
export interface ParsedRequirement {
  readonly name: string;
  readonly written: string;
  readonly extras: readonly string[];
  readonly specifier: string;
  readonly version: string | undefined;
  readonly versionAt: { readonly start: number; readonly end: number } | undefined;
  readonly wildcard: boolean;
  readonly marker: string;
  readonly source: Source | undefined;
}

/** Why a text is no requirement. */
export class NoRequirement extends Error {
  override readonly name = "NoRequirement";
}

export const MAX_REQUIREMENT = 8_000;
// Letters of any script: a name with a foreign letter is refused by pip, and worth more than a word about syntax.
const HEAD = /^\s*([\p{L}\p{N}](?:[\p{L}\p{N}\p{M}._-]*[\p{L}\p{N}])?)\s*(?:\[([^\]]*)\])?\s*/u;

/**
 * Reads one requirement.
 * @throws {NoRequirement} when it is none
 */
export function parsePep508(text: string): ParsedRequirement {
  if (text.length > MAX_REQUIREMENT) throw new NoRequirement(`has ${text.length} characters`);
  const head = HEAD.exec(text);
  if (head === null) throw new NoRequirement("names no package");
  const rest = text.slice(head[0].length);
  const common = {
    name: canonicalName(head[1] ?? ""),
    written: head[1] ?? "",
    extras: (head[2] ?? "").split(",").flatMap((one) => one.trim() || []),
  };
  return rest.startsWith("@") ? direct(common, rest.slice(1)) : ranged(common, rest, head[0].length);
}

type Common = Pick<ParsedRequirement, "name" | "written" | "extras">;

function direct(common: Common, text: string): ParsedRequirement {
  // PEP 508: a space before the semicolon, for a URL may hold one.
  const at = text.search(/\s;/u);
  const url = (at < 0 ? text : text.slice(0, at)).trim();
  if (url === "") throw new NoRequirement("names no address after @");
  const version = nameOfArchive(url)?.version;
  return {
    ...common,
    ...{
      specifier: version === undefined ? "" : `==${version}`,
      version,
      versionAt: undefined,
      wildcard: false,
    },
    marker: at < 0 ? "" : text.slice(at + 2).trim(),
    source: sourceOf(url),
  };
}

function ranged(common: Common, text: string, offset: number): ParsedRequirement {
  const semicolon = text.indexOf(";");
  const written = semicolon < 0 ? text : text.slice(0, semicolon);
  const bare = written.trim();
  const inside = bare.startsWith("(") && bare.endsWith(")") ? bare.slice(1, -1) : bare;
  const specifier = parseSpecifier(inside);
  if (specifier === undefined)
    throw new NoRequirement(`has no valid versions (PEP 440): ${bare.slice(0, 80)}`);
  return {
    ...common,
    ...versionsOf(specifier, written, offset),
    specifier: inside.replaceAll(/\s+/gu, ""),
    marker: semicolon < 0 ? "" : text.slice(semicolon + 1).trim(),
    source: undefined,
  };
}

/** The pinned version and where it stands in `written`, which begins at `offset`. */
function versionsOf(
  specifier: Specifier,
  written: string,
  offset: number,
): Pick<ParsedRequirement, "version" | "versionAt" | "wildcard"> {
  const version = exactVersion(specifier);
  const wildcard = hasWildcard(specifier);
  if (version === undefined) return { version, versionAt: undefined, wildcard };
  const before = /={2,3}\s*/u.exec(written.slice(written.search(/(?<![!<>~=])={2,3}(?!=)/u)));
  const from = written.search(/(?<![!<>~=])={2,3}(?!=)/u) + (before?.[0].length ?? 0);
  const at = written.indexOf(version, from);
  return {
    version,
    versionAt: at < 0 ? undefined : { start: offset + at, end: offset + at + version.length },
    wildcard,
  };
}
