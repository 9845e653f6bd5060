import {
  type Dependency,
  dependency,
  type FileKind,
  type IndexOption,
  type Problem,
  type Reading,
} from "../model.ts";
import { canonicalName } from "../names.ts";
import { joinedLines, type LogicalLine } from "../text/lines.ts";
import { type Option, parseOptions } from "./options.ts";
import { MAX_REQUIREMENT, NoRequirement, type ParsedRequirement, parsePep508 } from "./pep508.ts";
import { nameOfArchive, sourceOf, withoutCredentials } from "./source.ts";

const MAX_LINE = 200_000;
const MAX_DEPENDENCIES = 100_000;
const PATHLIKE = /^\.{0,2}[/\\]|^\.{1,2}$|^[A-Za-z]:[/\\]|^file:/u;
const NAMED_ADDRESS = /^[\p{L}\p{N}][\p{L}\p{N}._-]*\s*(?:\[[^\]]*\]\s*)?@/u;
const ADDRESS = /^(?:[A-Za-z][A-Za-z0-9.-]*\+)?[A-Za-z][A-Za-z0-9+.-]*:\/\/|^git@/u;

interface Collected {
  readonly dependencies: Dependency[];
  readonly options: IndexOption[];
  readonly problems: Problem[];
  readonly includes: { path: string; kind: FileKind; at: { start: number; end: number } }[];
  requireHashes: boolean;
}

/**
 * Reads a requirements or constraints file as pip does (pip's own reader is the source: lines, comments, options).
 * What cannot be understood becomes a problem, never nothing.
 */
export function readRequirements(text: string, kind: FileKind): Reading {
  const all: Collected = { dependencies: [], options: [], problems: [], includes: [], requireHashes: false };
  for (const line of joinedLines(text)) {
    if (all.dependencies.length >= MAX_DEPENDENCIES) {
      all.problems.push({
        message: `more than ${MAX_DEPENDENCIES} requirements: the rest is not read`,
        at: line.spanOf(0, 0),
      });
      break;
    }
    readLine(line, kind === "constraints", all);
  }
  return { ...all, requiresPython: undefined };
}

/** Reads one line that stands elsewhere: in the pip section of a conda environment. */
export function readRequirementLine(line: LogicalLine): Reading {
  const all: Collected = { dependencies: [], options: [], problems: [], includes: [], requireHashes: false };
  readLine(line, false, all);
  return { ...all, requiresPython: undefined };
}

function readLine(line: LogicalLine, constraint: boolean, all: Collected): void {
  if (line.text.length > MAX_LINE) {
    all.problems.push({
      message: `a line of ${line.text.length} characters is not read`,
      at: line.spanOf(0, 0),
    });
    return;
  }
  const end = contentEnd(line.text);
  const start = line.text.length - line.text.trimStart().length;
  if (start >= end) return;
  const content = line.text.slice(0, end);
  const split = optionsFrom(content, start);
  const { options, strangers } = parseOptions(content, split);
  for (const { text, start: from, end: to } of strangers) {
    all.problems.push({ message: `the option ${quoted(text)} is not known`, at: line.spanOf(from, to) });
  }
  if (content.slice(start, split).trim() === "") readOptions(line, options, constraint, all);
  else readRequirement(line, { start, end: split }, options, constraint, all);
}

/** Where the comment begins: at the start or after a space, as pip has it; trailing spaces left out. */
function contentEnd(text: string): number {
  let hash = text.indexOf("#");
  while (hash > 0 && !/\s/u.test(text[hash - 1] ?? "")) hash = text.indexOf("#", hash + 1);
  return (hash < 0 ? text : text.slice(0, hash)).trimEnd().length;
}

/** Where the first word that begins with `-` stands. */
function optionsFrom(text: string, start: number): number {
  if (text[start] === "-") return start;
  const at = text.slice(start).search(/\s-/u);
  return at < 0 ? text.length : start + at;
}

function readOptions(
  line: LogicalLine,
  options: readonly Option[],
  constraint: boolean,
  all: Collected,
): void {
  for (const option of options) {
    const at = line.spanOf(option.start, option.end);
    const index = INDEX_KINDS.get(option.name);
    if (index !== undefined) all.options.push({ kind: index, value: option.value, at });
    else if (option.name === "--require-hashes") all.requireHashes = true;
    else if (option.name === "--requirement" || option.name === "--constraint") include(option, at, all);
    else if (option.name === "--editable") {
      const found = direct(option.value);
      const source = {
        ...found.source,
        kind: found.source?.kind === "path" ? "editable" : found.source?.kind,
      };
      all.dependencies.push(dependency({ ...found, at, constraint, source: source as Dependency["source"] }));
    }
  }
}

const INDEX_KINDS: ReadonlyMap<string, IndexOption["kind"]> = new Map([
  ["--index-url", "index"],
  ["--pypi-url", "index"],
  ["--extra-index-url", "extra-index"],
  ["--find-links", "find-links"],
  ["--trusted-host", "trusted-host"],
]);

function include(option: Option, at: { start: number; end: number }, all: Collected): void {
  const kind = option.name === "--constraint" ? "constraints" : "requirements";
  all.includes.push({ path: option.value, kind, at });
}

function readRequirement(
  line: LogicalLine,
  { start, end }: { start: number; end: number },
  options: readonly Option[],
  constraint: boolean,
  all: Collected,
): void {
  const text = line.text.slice(start, end).trimEnd();
  const at = line.spanOf(start, start + text.length);
  if (text.length > MAX_REQUIREMENT) {
    all.problems.push({ message: `a requirement of ${text.length} characters is not read`, at });
    return;
  }
  if (/\$\{[A-Z0-9_]+\}/u.test(text) && !/^[^;]*@|:\/\//u.test(text)) {
    all.problems.push({ message: `${quoted(text)} names a variable of the environment`, at });
    return;
  }
  try {
    const found = parsed(text);
    const place = found.versionAt;
    const versionAt = place && line.spanOf(start + place.start, start + place.end);
    all.dependencies.push(dependency({ ...found, at, constraint, versionAt, ...hashesOf(line, options) }));
  } catch (error) {
    if (!(error instanceof NoRequirement)) throw error;
    all.problems.push({ message: `${quoted(text)} ${error.message}`, at });
  }
}

function hashesOf(line: LogicalLine, options: readonly Option[]): Pick<Dependency, "hashes" | "hashesAt"> {
  const given = options.filter(({ name }) => name === "--hash");
  const [first, last] = [given[0], given.at(-1)];
  return {
    hashes: given.map(({ value }) => value),
    hashesAt: first === undefined || last === undefined ? undefined : line.spanOf(first.start, last.end),
  };
}

type Parsed = Omit<ParsedRequirement, "versionAt"> & Partial<Pick<ParsedRequirement, "versionAt">>;

function parsed(text: string): Parsed {
  if (ADDRESS.test(text) || PATHLIKE.test(text) || isArchiveOrFolder(text)) return direct(text);
  return parsePep508(text);
}

function isArchiveOrFolder(text: string): boolean {
  if (NAMED_ADDRESS.test(text)) return false;
  const semicolon = text.indexOf(";");
  const bare = (semicolon < 0 ? text : text.slice(0, semicolon)).trimEnd();
  return nameOfArchive(withoutExtras(bare).path) !== undefined || /[/\\]/u.test(bare);
}

/** A requirement that is an address or a path; its name is in the fragment (`#egg=`) or in the file's name. */
function direct(text: string): Parsed {
  const at = text.search(/\s;/u);
  const bare = (at < 0 ? text : text.slice(0, at)).trim();
  const { path, extras } = withoutExtras(bare);
  const egg = /[#&]egg=([A-Za-z0-9._-]+)/u.exec(bare)?.[1];
  const file = nameOfArchive(path);
  const written = egg ?? file?.name ?? withoutCredentials(path);
  return {
    name: egg === undefined && file === undefined ? written : canonicalName(written),
    written,
    extras: extras.split(",").flatMap((one) => one.trim() || []),
    ...{ specifier: file === undefined ? "" : `==${file.version}`, version: file?.version, wildcard: false },
    marker: at < 0 ? "" : text.slice(at + 2).trim(),
    source: sourceOf(path),
  };
}

/** `./folder[extra]` */
function withoutExtras(text: string): { path: string; extras: string } {
  const open = text.endsWith("]") ? text.lastIndexOf("[") : -1;
  return open < 0
    ? { path: text, extras: "" }
    : { path: text.slice(0, open), extras: text.slice(open + 1, -1) };
}

function quoted(text: string): string {
  return JSON.stringify(withoutCredentials(text).slice(0, 100));
}
