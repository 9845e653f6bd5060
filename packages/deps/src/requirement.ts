import { validRange } from "@renovatebot/pep440";
import { canonicalName } from "./names.ts";

/** One requirement that names a package of the index, and nothing else. */
export interface Requirement {
  /** Canonical (PEP 503). */
  readonly name: string;
  readonly extras: readonly string[];
  /** PEP 440 specifiers, without spaces; may be empty. */
  readonly specifier: string;
  /** PEP 508 marker, may be empty. */
  readonly marker: string;
}

/** Why a line is no plain requirement. The message names the line, and what is wrong with it. */
export class RequirementError extends Error {
  override readonly name = "RequirementError";
}

const MAX_LINE = 1_000;
const LINE =
  /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?\s*(?:\(([^()]*)\)|([^;]*?))\s*(?:;(.*))?$/u;
const EXTRA = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/u;

/** What a requirements file may do besides naming packages, each of which lets its author choose what is installed from where. */
const FORBIDDEN: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/\$\{?\w*\}?|%\w+%/u, "names a variable of the environment"],
  [/^-e\b|^--editable\b/u, "is an editable install"],
  [/^-r\b|^-c\b|^--requirement\b|^--constraint\b/u, "includes another file"],
  [/^-/u, "is an option of the installer"],
  [/\s--?\w/u, "has an option of the installer"],
  [/:\/\/|^[A-Za-z0-9]+\+/u, "is an address"],
  [/@/u, "names where the package is to come from"],
  [/[/\\]|^\.|\.(?:whl|zip|tar|gz)$/iu, "is a path"],
];

/**
 * Reads one line of a requirements file strictly (PEP 508 without direct references).
 * @returns undefined for an empty line or a comment
 * @throws {RequirementError} for anything but a package of the index with versions, extras and a marker
 */
export function parseRequirement(line: string): Requirement | undefined {
  if (line.length > MAX_LINE) throw fault(line, `has ${line.length} characters, more than ${MAX_LINE}`);
  // A comment begins at the start or after a space, as pip has it.
  const text = line.replace(/(?:^|\s)#.*$/u, "").trim();
  if (text === "") return undefined;
  if (/[^\x20-\x7e\t]/u.test(text)) throw fault(line, "has characters that no requirement has");
  const forbidden = FORBIDDEN.find(([pattern]) => pattern.test(withoutMarker(text)));
  if (forbidden !== undefined) throw fault(line, forbidden[1]);
  const match = LINE.exec(text);
  if (match === null) throw fault(line, "names no package");
  const [, name = "", extras, bracketed, bare, marker] = match;
  return {
    name: canonicalName(name),
    extras: extrasOf(line, extras),
    specifier: specifierOf(line, bracketed ?? bare ?? ""),
    marker: markerOf(line, marker),
  };
}

/** The requirement as one line of a file of our own. */
export function formatRequirement({ name, extras, specifier, marker }: Requirement): string {
  const suffix = marker === "" ? "" : ` ; ${marker}`;
  return `${name}${extras.length === 0 ? "" : `[${extras.join(",")}]`}${specifier}${suffix}`;
}

function withoutMarker(text: string): string {
  const at = text.indexOf(";");
  return at < 0 ? text : text.slice(0, at).trim();
}

function extrasOf(line: string, text: string | undefined): string[] {
  if (text === undefined || text.trim() === "") return [];
  const extras = text.split(",").map((one) => one.trim());
  const wrong = extras.find((one) => !EXTRA.test(one));
  if (wrong !== undefined) throw fault(line, `has the odd extra ${JSON.stringify(wrong)}`);
  return extras.map(canonicalName).sort((a, b) => (a < b ? -1 : 1));
}

function specifierOf(line: string, text: string): string {
  const specifier = text.replaceAll(/\s+/gu, "");
  if (specifier.includes("===")) throw fault(line, "compares versions as texts (===)");
  if (specifier !== "" && !validRange(specifier)) throw fault(line, "has no valid versions (PEP 440)");
  return specifier;
}

const VARIABLES =
  "python_version|python_full_version|os_name|sys_platform|platform_release|platform_system|platform_version|platform_machine|platform_python_implementation|implementation_name|implementation_version|extra";
const TOKEN = new RegExp(
  `^(?:(?:${VARIABLES})\\b|and\\b|or\\b|not\\s+in\\b|in\\b|[()]|[<>=!~]=|[<>]|"[\\w .*+!-]*"|'[\\w .*+!-]*')`,
  "u",
);

/** The words of a marker, each known; whether they make a sentence says the resolver. */
function markerOf(line: string, text: string | undefined): string {
  const tokens: string[] = [];
  let rest = (text ?? "").trim();
  while (rest !== "") {
    const token = TOKEN.exec(rest)?.[0];
    if (token === undefined) throw fault(line, "has an odd marker");
    tokens.push(token.replaceAll(/\s+/gu, " "));
    rest = rest.slice(token.length).trimStart();
  }
  return tokens.join(" ");
}

function fault(line: string, what: string): RequirementError {
  return new RequirementError(`the requirement ${JSON.stringify(line.trim().slice(0, 100))} ${what}`);
}
