import type { Range } from "../common/reporter.ts";

/** One `key = value` of a section. */
export interface IniEntry {
  readonly section: string;
  readonly key: string;
  readonly value: string;
  readonly range: Range;
  readonly valueStart: number;
}

/** A value over more lines than anybody writes is cut, not joined again and again. */
const VALUE_LIMIT = 20_000;

/** Lines of an INI file as `configparser` and systemd read them; comments are whole lines. Values over several lines are joined. */
export function readIni(text: string): readonly IniEntry[] {
  const entries: IniEntry[] = [];
  let section = "";
  for (const { 0: line, index } of text.matchAll(/[^\r\n]+/gu)) {
    const trimmed = line.trim();
    if (trimmed === "" || /^[#;]/u.test(trimmed)) continue;
    const head = /^\[([^\]]*)\]/u.exec(trimmed);
    if (head !== null) {
      section = (head[1] ?? "").trim();
      continue;
    }
    const last = entries.at(-1);
    if (
      /^\s/u.test(line) &&
      last !== undefined &&
      last.value.length < VALUE_LIMIT &&
      !/^\s*[\w.-]+\s*[=:]/u.test(line)
    ) {
      entries[entries.length - 1] = {
        ...last,
        value: `${last.value}\n${trimmed}`.trim(),
        range: [last.range[0], index + line.trimEnd().length],
      };
      continue;
    }
    // No single pattern: one with blanks on both sides of the sign would cost the square of a long line.
    const sign = line.search(/[=:]/u);
    const key = line.slice(0, Math.max(sign, 0)).trim();
    if (key === "") continue;
    const value = line.slice(sign + 1);
    entries.push({
      section,
      key,
      value: value.trim(),
      range: [index + line.length - line.trimStart().length, index + line.trimEnd().length],
      valueStart: index + line.length - value.trimStart().length,
    });
  }
  return entries;
}
