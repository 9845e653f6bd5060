import type { Range } from "../common/reporter.ts";

/** One `key = value` of a section. */
export interface IniEntry {
  readonly section: string;
  readonly key: string;
  readonly value: string;
  readonly range: Range;
  readonly valueStart: number;
}

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
    if (/^\s/u.test(line) && last !== undefined && !/^\s*[\w.-]+\s*[=:]/u.test(line)) {
      entries[entries.length - 1] = {
        ...last,
        value: `${last.value}\n${trimmed}`.trim(),
        range: [last.range[0], index + line.trimEnd().length],
      };
      continue;
    }
    const match = /^(\s*)([^=:\s][^=:]*?)\s*[=:]\s*(.*)$/u.exec(line);
    if (match === null) continue;
    const [, lead = "", key = "", value = ""] = match;
    const start = index + lead.length;
    const valueStart = index + line.length - value.length;
    entries.push({
      section,
      key,
      value: value.trim(),
      range: [start, index + line.trimEnd().length],
      valueStart,
    });
  }
  return entries;
}
