import type { Inspected } from "../../inspector.ts";
import type { Source } from "../../model/source.ts";
import { Reporter } from "../common/reporter.ts";
import { checkSetting } from "../common/setting.ts";
import { isExample } from "../secrets/check.ts";

const LINE = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*=[ \t]*("(?:[^"\\]|\\.)*"|'[^']*'|[^\r\n]*)/gmu;

/** A `.env` file as dotenv and compose read it: comments, quotes, `export`. */
export function inspectEnv(source: Source): Inspected {
  const reporter = new Reporter(source);
  const example = isExample(source.path);
  const settings = [...source.text.matchAll(LINE)].map((match) => ({
    name: match[1] ?? "",
    value: valueOf(match[2] ?? ""),
    start: match.index + match[0].length - match[0].trimStart().length,
    end: match.index + match[0].trimEnd().length,
  }));
  for (const { name, value, start, end } of settings) {
    const account = accountOf(name, settings);
    const range = [start, end] as const;
    checkSetting(
      reporter,
      account === undefined ? { name, value, range } : { name, value, range, account },
      example,
    );
  }
  return reporter.result();
}

function valueOf(raw: string): string {
  if (/^(["']).*\1$/su.test(raw)) return raw.slice(1, -1);
  return raw.replace(/(?:^|\s)#.*$/u, "").trim();
}

/** `X_USER` beside `X_PASSWORD`. */
function accountOf(
  name: string,
  settings: readonly { readonly name: string; readonly value: string }[],
): string | undefined {
  const stem = /^(.*?)(?:PASSWORD|PASS|PWD)$/u.exec(name)?.[1];
  if (stem === undefined) return undefined;
  return settings.find((one) => one.name === `${stem}USER` || one.name === `${stem}USERNAME`)?.value;
}
