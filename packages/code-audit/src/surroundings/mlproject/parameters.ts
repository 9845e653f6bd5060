import { rule as shellParameter } from "../../rules/mk2505.ts";
import type { Reporter } from "../common/reporter.ts";
import { say } from "../common/say.ts";
import { isPython, programName } from "../shell/invocation.ts";
import { type Node, type Script, type Word, constantOf } from "../shell/syntax.ts";
import { SHELLS } from "../shell/walk.ts";

const PLACEHOLDER = /(?<!\{)\{([A-Za-z_][\w-]*)\}(?!\})/gu;

/**
 * Placeholders of a command that MLflow's quoting does not protect. It puts `shlex.quote(value)` in place of `{name}` and
 * gives the text to `bash -c` (mlflow/projects/_project_spec.py): a plain argument is safe; within other quotes, in a text
 * that is parsed again, or as the program itself it is not.
 */
export function checkParameters(script: Script, reporter: Reporter): void {
  for (const node of script.nodes) {
    const parsed = parsedAgain(node);
    for (const [index, word] of node.words.entries()) {
      const written = script.source.text.slice(word.start, word.end);
      const name = exposedIn(written, word, index === 0 || parsed.has(index));
      if (name === undefined) continue;
      reporter.add(
        shellParameter,
        script.source.range(node.start, node.end),
        say(`MLflow's quotes do not protect {${name}} here`, `MLflow 的引号无法在此保护 {${name}}`),
      );
    }
  }
}

/** The first placeholder of a word that stands in quotes, or anywhere when the whole word is code. */
function exposedIn(written: string, word: Word, code: boolean): string | undefined {
  for (const match of written.matchAll(PLACEHOLDER)) {
    if (code) return match[1];
    const quoted = word.parts.some(
      (part) => part.kind === "text" && part.quoted && part.text.includes(match[0]),
    );
    if (quoted) return match[1];
  }
  return undefined;
}

/** Words that a program takes for code: behind `-c`, all of `eval`, the script that an interpreter is given. */
function parsedAgain(node: Node): ReadonlySet<number> {
  const words = node.words.map((word) => constantOf(word) ?? "");
  const found = new Set<number>();
  for (const [index, text] of words.entries()) {
    const name = programName(text);
    if (name === "eval") for (let at = index + 1; at < words.length; at++) found.add(at);
    if (!SHELLS.has(name) && !isPython(name)) continue;
    const first = words.findIndex(
      (one, at) => at > index && (!one.startsWith("-") || /^-[a-z]*c$/u.test(one)),
    );
    if (first < 0) continue;
    found.add(/^-[a-z]*c$/u.test(words[first] ?? "") ? first + 1 : first);
  }
  return found;
}
