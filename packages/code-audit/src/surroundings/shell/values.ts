import { type Script, type Word, constantOf } from "./syntax.ts";

/** What is known of the variables at one place of a script. */
export type Variables = Map<string, Value>;

export interface Value {
  /** What the shell would see, as far as it is known; an unknown variable stands as `${NAME}`. */
  readonly text: string;
  /** Names that nothing in the file sets: `1`, `@`, `MODEL_URI`. */
  readonly unknown: readonly string[];
  /** Of those, which stand outside quotes (the shell splits and globs them). */
  readonly bare: readonly string[];
  /** What `${{ … }}` and `{{ … }}` put there. */
  readonly expressions: readonly string[];
  readonly substitutions: readonly Script[];
}

const DEPTH = 4;
const EMPTY: Value = { text: "", unknown: [], bare: [], expressions: [], substitutions: [] };

/** Puts the known variables into a word. `${NAME:-default}` is the default where nothing sets the name. */
export function valueOf(word: Word | undefined, variables: Variables): Value {
  if (word === undefined) return EMPTY;
  let text = "";
  const unknown: string[] = [];
  const bare: string[] = [];
  const expressions: string[] = [];
  const substitutions: Script[] = [];
  for (const part of word.parts) {
    if (part.kind === "text") text += part.text;
    else if (part.kind === "expression") {
      expressions.push(part.text);
      text += `{{${part.text}}}`;
    } else if (part.kind === "substitution") {
      const orchestrated = orchestratedName(part.script);
      const stands = orchestrated === undefined ? undefined : variables.get(orchestrated);
      if (stands === undefined) substitutions.push(part.script);
      text += stands?.text ?? "$(…)";
    } else {
      const set = variables.get(part.name);
      const found = set ?? fallbackOf(part.fallback, variables);
      // A default does not change that whoever starts the script may give another value.
      if (set === undefined && found !== undefined && /^[0-9@*]$/u.test(part.name)) unknown.push(part.name);
      text += found?.text ?? `\${${part.name}}`;
      if (found === undefined) {
        unknown.push(part.name);
        if (!part.quoted) bare.push(part.name);
      } else {
        unknown.push(...found.unknown);
        if (!part.quoted) bare.push(...found.unknown);
        expressions.push(...found.expressions);
        substitutions.push(...found.substitutions);
      }
    }
  }
  return { text, unknown, bare, expressions, substitutions };
}

/** Kubernetes puts its variables in place of `$(NAME)` before any shell runs. */
function orchestratedName(script: Script): string | undefined {
  const [node] = script.nodes;
  if (script.nodes.length !== 1 || node?.words.length !== 1) return undefined;
  return constantOf(node.words[0]);
}

/** A value that a file states outright, such as an environment of a container. */
export function stated(text: string): Value {
  return { ...EMPTY, text };
}

const REFERENCE =
  /\$(?:\{([A-Za-z_][A-Za-z0-9_]*|[0-9@*])(?::?[-=]([^{}]*))?\}|([A-Za-z_][A-Za-z0-9_]*|[0-9@*]))/gu;

function fallbackOf(text: string | undefined, variables: Variables): Value | undefined {
  return text === undefined ? undefined : expand(text, variables);
}

/** Puts known variables into a plain text (a default, a setting of compose), without any other syntax of the shell. */
export function expand(text: string, variables: Variables, depth = 0): Value {
  const unknown: string[] = [];
  const full = text
    .slice(0, 10_000)
    .replace(REFERENCE, (whole, braced?: string, fallback?: string, plain?: string) => {
      const name = braced ?? plain ?? "";
      const found = variables.get(name);
      if (found !== undefined) {
        unknown.push(...found.unknown);
        return found.text;
      }
      if (fallback !== undefined && depth < DEPTH) {
        const inner = expand(fallback, variables, depth + 1);
        unknown.push(...inner.unknown);
        return inner.text;
      }
      unknown.push(name);
      return whole;
    });
  return { ...EMPTY, text: full, unknown };
}
