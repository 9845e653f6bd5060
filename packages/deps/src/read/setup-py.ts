import { NOTHING, type Reading } from "../model.ts";
import { Gathered, type PlacedText } from "./declared.ts";

const KEYS = ["install_requires", "setup_requires", "tests_require", "extras_require"] as const;
const MAX_ITEMS = 10_000;

/**
 * setup.py is a program: it is not run. What its requirements are is read only where they are written as texts in a
 * list (or, for extras, a mapping of lists), directly or by one name that is assigned such a list once.
 */
export function readSetupPy(text: string): Reading {
  const gathered = new Gathered();
  for (const key of KEYS) {
    for (const match of text.matchAll(new RegExp(`\\b${key}\\s*=(?!=)\\s*`, "gu"))) {
      readValue(text, key, match.index, match.index + match[0].length, gathered);
    }
  }
  return { ...NOTHING, dependencies: gathered.dependencies, problems: gathered.problems };
}

function readValue(text: string, key: string, start: number, at: number, gathered: Gathered): void {
  const found = constantTexts(text, at) ?? constantTexts(text, assigned(text, at));
  if (found === undefined) {
    gathered.problem(`${key} is not read, because it is computed and a program is not run`, {
      start,
      end: at,
    });
    return;
  }
  for (const one of found) {
    if (one.value.trim() !== "") gathered.pep508(one);
  }
}

/** Where the list begins that the name at `at` is assigned, once in the whole file. */
function assigned(text: string, at: number): number {
  const name = /^([A-Za-z_]\w{0,100})\s*[,)\n]/u.exec(text.slice(at, at + 200))?.[1];
  if (name === undefined) return -1;
  const all = [...text.matchAll(new RegExp(`^${name}\\b(.*)`, "gmu"))];
  const more = [...text.matchAll(new RegExp(`\\b${name}\\s*(?:\\.|\\[|\\+=)`, "gu"))];
  const value = /^\s*=(?!=)\s*/u.exec(all[0]?.[1] ?? "");
  const [only] = all;
  if (all.length !== 1 || more.length > 0 || value === null || only === undefined) return -1;
  return only.index + name.length + value[0].length;
}

/** The texts in a list, tuple, or mapping of lists that begins at `at`; undefined when it holds anything else. */
function constantTexts(text: string, at: number): PlacedText[] | undefined {
  if (at < 0 || !/[[({]/u.test(text[at] ?? "")) return undefined;
  const found: PlacedText[] = [];
  let depth = 0;
  for (let place = at; place < text.length && found.length < MAX_ITEMS; ) {
    const character = text[place] ?? "";
    if (/[\s,:]/u.test(character)) place++;
    else if (character === "#") place = endOfLine(text, place);
    else if (/[[({]/u.test(character)) {
      depth++;
      place++;
    } else if (/[\])}]/u.test(character)) {
      depth--;
      place++;
      if (depth === 0) return isWhole(text, place) ? found : undefined;
    } else {
      const string = stringAt(text, place);
      if (string === undefined || goesOn(text, string.end)) return undefined;
      place = string.end;
      // A key of a mapping names the extra.
      if (!/^\s*:/u.test(text.slice(place, place + 50))) found.push(string);
    }
  }
  return undefined;
}

/** Whether nothing is added to the value that ended before `at`. */
function isWhole(text: string, at: number): boolean {
  return /^[ \t]*(?:[,)#\r\n]|$)/u.test(text.slice(at, at + 50));
}

/** Texts side by side are one in Python, and `"a" + b` is computed. */
function goesOn(text: string, at: number): boolean {
  return !/^\s*(?:[,\])}:#]|$)/u.test(text.slice(at, at + 200));
}

function stringAt(text: string, at: number): PlacedText | undefined {
  const open = /^[rRuU]?("""|'''|"|')/u.exec(text.slice(at, at + 5));
  const mark = open?.[1];
  if (open === null || mark === undefined) return undefined;
  const content = at + open[0].length;
  const end = text.indexOf(mark, content);
  const value = end < 0 ? "\\" : text.slice(content, end);
  if (value.includes("\\") || (mark.length === 1 && value.includes("\n"))) return undefined;
  return { value, content, start: at, end: end + mark.length };
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}
