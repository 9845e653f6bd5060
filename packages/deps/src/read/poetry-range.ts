const MAX_LENGTH = 1_000;

/**
 * poetry's and conda's ways to say versions, as PEP 440 clauses (python-poetry.org/docs/dependency-specification).
 * @returns undefined when it is none of them
 */
export function poetrySpecifier(text: string): string | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const alternatives = text.split(/\s*\|\|?\s*/u).map(alternative);
  const known = alternatives.filter((one) => one !== undefined);
  return known.length === alternatives.length ? known.join(" || ") : undefined;
}

function alternative(text: string): string | undefined {
  const clauses = text.split(/\s*,\s*|\s+(?=[<>=!~^])/u).filter((one) => one !== "");
  const read = clauses.map(clause).filter((one) => one !== undefined);
  return read.length === clauses.length ? read.filter((one) => one !== "").join(",") : undefined;
}

function clause(text: string): string | undefined {
  const match = /^(\^|~(?!=)|)\s*(v?\d[\w.!+*-]*|\*)$/u.exec(text);
  if (match === null)
    return /^(?:===|==|!=|<=|>=|~=|<|>)\s*\S+$/u.test(text) ? text.replaceAll(/\s+/gu, "") : starOf(text);
  const [, sign = "", version = ""] = match;
  if (version === "*") return "";
  if (sign === "") return `==${version.replace(/(?:\.\*)+$/u, ".*")}`;
  const bound = sign === "^" ? caret(version) : tilde(version);
  return bound === undefined ? undefined : `>=${version},<${bound}`;
}

function starOf(text: string): string | undefined {
  return /^=\s*\d\S*$/u.test(text) ? `=${text.replaceAll(/\s+/gu, "")}` : undefined;
}

/** The first part that is not zero may not change. */
function caret(version: string): string | undefined {
  const parts = releaseOf(version);
  if (parts === undefined) return undefined;
  const firstSet = parts.findIndex((part) => part !== 0n);
  return raised(parts, firstSet < 0 ? parts.length - 1 : firstSet);
}

/** The last part may change, of one part alone nothing but what follows it. */
function tilde(version: string): string | undefined {
  const parts = releaseOf(version);
  return parts === undefined ? undefined : raised(parts, Math.min(1, parts.length - 1));
}

function raised(parts: readonly bigint[], at: number): string {
  return parts.map((part, index) => (index < at ? part : index === at ? part + 1n : 0n)).join(".");
}

function releaseOf(version: string): bigint[] | undefined {
  const release = /^v?(\d{1,40}(?:\.\d{1,40}){0,10})/u.exec(version)?.[1];
  return release?.split(".").map(BigInt);
}
