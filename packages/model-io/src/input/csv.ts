import { invalidInput } from "../errors.ts";
import { type Table, tableOf } from "./table.ts";

/** What pandas' `read_csv` takes for a missing value. */
const MISSING = new Set(
  " #N/A #N/A|N/A #NA -1.#IND -1.#QNAN -NaN -nan 1.#IND 1.#QNAN <NA> N/A NA NULL NaN None n/a nan null"
    .split(" ")
    .map((word) => word.replace("|", " ")),
);
const NUMBER = /^[+-]?(?:\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|inf(?:inity)?)$/iu;

/**
 * Reads CSV as pandas' `read_csv` does with its defaults: a header, commas, double quotes.
 * @param texts columns that stay text as it stands there (`00123`), as `dtype=object` makes pandas do
 * @throws {ModelkeepError} `INVALID_INPUT` names the line
 */
export function parseCsv(text: string, texts: ReadonlySet<string> = new Set()): Table {
  const [header, ...lines] = records(text.replace(/^\ufeff/u, ""));
  if (header === undefined)
    throw invalidInput("the CSV input is empty: it must begin with a line of column names");
  const names = unique(header.map((cell) => cell.text));
  const width = names.length;
  for (const [index, line] of lines.entries()) {
    if (line.length > width) {
      throw invalidInput(
        `the CSV input has ${line.length} fields in record ${index + 2}, the header has ${width}`,
      );
    }
  }
  const columns = new Map(
    names.map((name, at) => {
      const present = presentTexts(lines.map((line) => line[at]));
      return [name, texts.has(name) ? present : typedColumn(present)];
    }),
  );
  return tableOf(columns, lines.length, true);
}

interface Cell {
  readonly text: string;
  readonly quoted: boolean;
}

function presentTexts(cells: readonly (Cell | undefined)[]): (string | null)[] {
  return cells.map((cell) => (cell === undefined || MISSING.has(cell.text) ? null : cell.text));
}

function typedColumn(texts: readonly (string | null)[]): readonly unknown[] {
  const present = texts.filter((text) => text !== null);
  // pandas makes a column of floats of one that holds nothing.
  if (present.length === 0) return texts.map(() => Number.NaN);
  if (present.every((text) => NUMBER.test(text.trim()))) {
    return texts.map((text) => (text === null ? null : numberOf(text.trim())));
  }
  if (present.every((text) => /^(?:true|false)$/iu.test(text))) {
    return texts.map((text) => (text === null ? null : text.toLowerCase() === "true"));
  }
  return texts;
}

function numberOf(text: string): number {
  const infinite = /^([+-]?)inf/iu.exec(text);
  if (infinite !== null) return infinite[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(text);
}

/** pandas calls the second column `x` `x.1`. */
function unique(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name, index) => {
    const base = name === "" ? `Unnamed: ${index}` : name;
    let free = base;
    for (let count = 1; taken.has(free); count++) free = `${base}.${count}`;
    taken.add(free);
    return free;
  });
}

function records(text: string): Cell[][] {
  const found: Cell[][] = [];
  let record: Cell[] = [];
  let at = 0;
  while (at < text.length) {
    const cell = text[at] === '"' ? quotedCell(text, at) : plainCell(text, at);
    record.push(cell);
    at = cell.end;
    if (text[at] === ",") {
      at++;
      if (at < text.length && text[at] !== "\n" && text[at] !== "\r") continue;
      record.push({ text: "", quoted: false });
    }
    if (text[at] === "\r") at++;
    if (text[at] === "\n") at++;
    // A blank line is no record.
    if (record.length > 1 || record[0]?.text !== "" || record[0].quoted) found.push(record);
    record = [];
  }
  return found;
}

function plainCell(text: string, start: number): Cell & { end: number } {
  let end = start;
  while (end < text.length && text[end] !== "," && text[end] !== "\n" && text[end] !== "\r") end++;
  return { text: text.slice(start, end), quoted: false, end };
}

function quotedCell(text: string, start: number): Cell & { end: number } {
  let cell = "";
  let at = start + 1;
  for (;;) {
    const close = text.indexOf('"', at);
    if (close < 0) throw invalidInput("the CSV input ends inside a quoted field");
    cell += text.slice(at, close);
    at = close + 1;
    if (text[at] !== '"') break;
    cell += '"';
    at++;
  }
  const rest = plainCell(text, at);
  return { text: cell + rest.text, quoted: true, end: rest.end };
}
