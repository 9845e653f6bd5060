/** One option of a requirements file, places counted in the logical line. */
export interface Option {
  /** `--index-url`, the long name. */
  readonly name: string;
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** Long options that pip takes in a requirements file, with their short names; `flag` takes no value. */
const OPTIONS: readonly (readonly [long: string, short: string, kind: "value" | "flag"])[] = [
  ["--requirement", "-r", "value"],
  ["--constraint", "-c", "value"],
  ["--editable", "-e", "value"],
  ["--index-url", "-i", "value"],
  ["--pypi-url", "", "value"],
  ["--extra-index-url", "", "value"],
  ["--find-links", "-f", "value"],
  ["--no-index", "", "flag"],
  ["--trusted-host", "", "value"],
  ["--require-hashes", "", "flag"],
  ["--pre", "", "flag"],
  ["--prefer-binary", "", "flag"],
  ["--no-binary", "", "value"],
  ["--only-binary", "", "value"],
  ["--use-feature", "", "value"],
  ["--hash", "", "value"],
  ["--global-option", "", "value"],
  ["--install-option", "", "value"],
  ["--config-settings", "-C", "value"],
  ["--config-setting", "", "value"],
];

interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Reads options as Python's optparse does for pip: `--name value`, `--name=value`, `-n value`, `-nvalue`, and any
 * beginning of a long name that fits only one.
 * @returns the options, and the words that are none
 */
export function parseOptions(text: string, from: number): { options: Option[]; strangers: Token[] } {
  const tokens = tokensOf(text, from);
  const options: Option[] = [];
  const strangers: Token[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (token === undefined) break;
    const found = known(token.text);
    if (found === undefined) {
      strangers.push(token);
      continue;
    }
    const next = found.value === undefined && found.kind === "value" ? tokens[++at] : undefined;
    const { start, end } = token;
    options.push({ name: found.name, value: found.value ?? next?.text ?? "", start, end: next?.end ?? end });
  }
  return { options, strangers };
}

function known(
  word: string,
): { name: string; kind: "value" | "flag"; value: string | undefined } | undefined {
  if (word.startsWith("--")) {
    const equals = word.indexOf("=");
    const typed = equals < 0 ? word : word.slice(0, equals);
    const exact = OPTIONS.find(([long]) => long === typed);
    const fits = OPTIONS.filter(([long]) => long.startsWith(typed));
    const option = exact ?? (fits.length === 1 && typed.length > 2 ? fits[0] : undefined);
    if (option === undefined) return undefined;
    return { name: option[0], kind: option[2], value: equals < 0 ? undefined : word.slice(equals + 1) };
  }
  const option = OPTIONS.find(([, short]) => short !== "" && word.startsWith(short));
  if (option === undefined) return undefined;
  const glued = word.slice(2);
  return { name: option[0], kind: option[2], value: glued === "" ? undefined : glued.replace(/^=/u, "") };
}

/** Words as a shell would split them: quotes group, a backslash keeps the next character. */
function tokensOf(text: string, from: number): Token[] {
  const tokens: Token[] = [];
  let at = from;
  while (at < text.length) {
    while (at < text.length && isSpace(text[at])) at++;
    if (at >= text.length) break;
    const start = at;
    const word = wordAt(text, at);
    at = word.end;
    tokens.push({ text: word.text, start, end: at });
  }
  return tokens;
}

function wordAt(text: string, start: number): { text: string; end: number } {
  const parts: string[] = [];
  let quote = "";
  let at = start;
  for (; at < text.length; at++) {
    const character = text[at] ?? "";
    if (quote === "" && isSpace(character)) break;
    if (quote === "" && (character === '"' || character === "'")) quote = character;
    else if (character === quote) quote = "";
    else if (character === "\\" && quote !== "'" && at + 1 < text.length) parts.push(text[++at] ?? "");
    else parts.push(character);
  }
  return { text: parts.join(""), end: at };
}

function isSpace(character: string | undefined): boolean {
  return character !== undefined && /\s/u.test(character);
}
