import { Mapped } from "../common/mapped.ts";
import type { Node, Operator, Redirect, Script, Word } from "./syntax.ts";
import { WordReader } from "./words.ts";

const OPERATORS = ["&&", "||", ";;&", ";;", ";&", ";", "|&", "|", "&", "\n"] as const;
const REDIRECTS = ["&>>", "&>", "<<<", "<<-", "<<", "<>", "<&", ">>", ">&", ">|", "<", ">"] as const;
const OPENERS = new Set(["{", "if", "while", "until", "for", "case", "select"]);
const CLOSERS = new Set(["}", "fi", "done", "esac"]);
const CONDITIONS = new Set(["if", "elif", "while", "until"]);
const BODIES = new Set(["then", "else", "do"]);
const ASSIGNMENT = /^([A-Za-z_][A-Za-z0-9_]*)\+?=/u;

const NODE_LIMIT = 50_000;
const GROUP_LIMIT = 200;
const SUBSTITUTION_LIMIT = 12;

/**
 * Reads a shell script (POSIX and the parts of bash that scripts use) into commands and groups, without running or
 * expanding anything. It never throws: what does not fit is read as words, and `stopped` says where it gave up.
 */
export function readScript(source: Mapped, depth = 0): Script {
  if (depth > SUBSTITUTION_LIMIT) return { source, nodes: [], stopped: "depth" };
  return new ScriptReader(source, depth).read();
}

interface PendingHeredoc {
  readonly redirects: Redirect[];
  readonly index: number;
  readonly delimiter: string;
  readonly tabs: boolean;
  readonly literal: boolean;
}

class ScriptReader {
  readonly #source: Mapped;
  readonly #text: string;
  readonly #depth: number;
  readonly #nodes: Node[] = [];
  readonly #groups: { readonly index: number; condition: boolean }[] = [];
  #heredocs: PendingHeredoc[] = [];
  #at = 0;
  #current: Node | undefined;
  #last: Node | undefined;
  #negated = false;
  #stopped: Script["stopped"];

  constructor(source: Mapped, depth: number) {
    this.#source = source;
    this.#text = source.text;
    this.#depth = depth;
  }

  read(): Script {
    while (this.#at < this.#text.length && this.#stopped === undefined) this.#step();
    this.#end("end");
    const base = { source: this.#source, nodes: this.#nodes };
    return this.#stopped === undefined ? base : { ...base, stopped: this.#stopped };
  }

  #step(): void {
    if (this.#nodes.length > NODE_LIMIT) this.#stopped = "size";
    const character = this.#text[this.#at] ?? "";
    if (character === " " || character === "\t" || character === "\r") this.#at++;
    else if (character === "\\" && /^\\\r?\n/u.test(this.#text.slice(this.#at, this.#at + 3))) {
      this.#at += this.#text[this.#at + 1] === "\r" ? 3 : 2;
    } else if (character === "#") this.#comment();
    else if (character === "(") this.#open(1);
    else if (character === ")") this.#close(1);
    else if (!this.#redirect() && !this.#operator()) this.#word();
  }

  #comment(): void {
    const end = this.#text.indexOf("\n", this.#at);
    this.#at = end < 0 ? this.#text.length : end;
  }

  #operator(): boolean {
    const operator = OPERATORS.find((one) => this.#text.startsWith(one, this.#at));
    if (operator === undefined) return false;
    this.#at += operator.length;
    this.#end(operator === "|&" ? "|" : operator.startsWith(";") ? ";" : (operator as Operator));
    if (operator === "\n") this.#readHeredocs();
    return true;
  }

  /** Ends the command that is being read, or says what stands behind the group that just ended. */
  #end(operator: Operator): void {
    const target = this.#current ?? this.#last;
    // A new line behind an operator continues the list; it is not what stands behind the command.
    if (target !== undefined && (target === this.#current || target.after === "end")) target.after = operator;
    if (this.#current !== undefined) this.#last = this.#current;
    this.#current = undefined;
    if (operator !== "|") this.#negated = false;
  }

  #node(kind: Node["kind"]): Node {
    const group = this.#groups.at(-1);
    const node: Node = {
      kind,
      parent: group?.index ?? -1,
      assignments: [],
      words: [],
      redirects: [],
      condition: this.#negated || (group?.condition ?? false),
      start: this.#at,
      end: this.#at,
      after: "end",
    };
    this.#nodes.push(node);
    return node;
  }

  #open(length: number, condition = false): void {
    // `name()` and `name=(…)`: the brackets belong to what stands before.
    if (this.#current !== undefined && length === 1) return this.#brackets();
    if (this.#groups.length >= GROUP_LIMIT) {
      this.#stopped = "depth";
      return;
    }
    this.#node("group");
    this.#groups.push({ index: this.#nodes.length - 1, condition });
    this.#last = undefined;
    this.#at += length;
  }

  /** A function's brackets, or an array's. */
  #brackets(): void {
    const end = this.#text.indexOf(")", this.#at);
    this.#array(this.#at + 1, end < 0 ? this.#text.length : end);
    this.#at = end < 0 ? this.#text.length : end + 1;
    if (this.#text.slice(0, this.#at).endsWith("()")) {
      this.#nodes.pop();
      this.#current = undefined;
    }
  }

  /** `args=(--host 0.0.0.0)` holds its words; what a variable or substitution adds is not known. */
  #array(start: number, end: number): void {
    const last = this.#current?.assignments.at(-1);
    const text = this.#text.slice(start, end);
    if (
      this.#current === undefined ||
      last === undefined ||
      last.value.end !== start - 1 ||
      /[$`\n#]/u.test(text)
    )
      return;
    const value = {
      parts: [{ kind: "text", text: text.replaceAll(/["']/gu, ""), quoted: true, start }],
      start,
      end,
    } as const;
    this.#current.assignments[this.#current.assignments.length - 1] = { name: last.name, value };
  }

  #close(length: number): void {
    this.#end("end");
    const group = this.#groups.pop();
    this.#at += length;
    const node = group === undefined ? undefined : this.#nodes[group.index];
    if (node !== undefined) node.end = this.#at;
    this.#last = node;
  }

  #redirect(): boolean {
    const descriptor = /^[0-9]*(?=[<>])/u.exec(this.#text.slice(this.#at, this.#at + 4))?.[0] ?? "";
    const at = this.#at + descriptor.length;
    if (/^[<>]\(/u.test(this.#text.slice(at, at + 2))) return false;
    const operator = REDIRECTS.find((one) => this.#text.startsWith(one, at));
    if (operator === undefined) return false;
    this.#at = at + operator.length;
    while (this.#text[this.#at] === " " || this.#text[this.#at] === "\t") this.#at++;
    const target = this.#readWord();
    this.#current ??= this.#node("command");
    this.#current.redirects.push({ operator: descriptor + operator, target });
    this.#current.end = this.#at;
    if (operator === "<<" || operator === "<<-") this.#expectHeredoc(target, operator === "<<-");
    return true;
  }

  #expectHeredoc(target: Word, tabs: boolean): void {
    const written = this.#text.slice(target.start, target.end);
    this.#heredocs.push({
      redirects: this.#current?.redirects ?? [],
      index: (this.#current?.redirects.length ?? 1) - 1,
      delimiter: written.replaceAll(/["'\\]/gu, ""),
      tabs,
      literal: /["'\\]/u.test(written),
    });
  }

  #readHeredocs(): void {
    for (const pending of this.#heredocs) {
      const start = this.#at;
      let end = this.#text.length;
      while (this.#at < this.#text.length) {
        const stop = this.#text.indexOf("\n", this.#at);
        const lineEnd = stop < 0 ? this.#text.length : stop;
        const line = this.#text.slice(this.#at, lineEnd).replace(/\r$/u, "");
        const isEnd = (pending.tabs ? line.replace(/^\t+/u, "") : line) === pending.delimiter;
        if (isEnd) end = this.#at;
        this.#at = Math.min(this.#text.length, lineEnd + 1);
        if (isEnd) break;
      }
      const redirect = pending.redirects[pending.index];
      if (redirect === undefined) continue;
      pending.redirects[pending.index] = { ...redirect, body: { start, end, literal: pending.literal } };
    }
    this.#heredocs = [];
  }

  #readWord(): Word {
    const reader = new WordReader(this.#source, this.#at, this.#depth, readScript);
    const word = reader.read();
    if (reader.broken) this.#stopped = "quote";
    // A word never is empty unless a metacharacter stands where one was expected.
    this.#at = reader.at;
    return word;
  }

  #word(): void {
    const start = this.#at;
    const word = this.#readWord();
    if (word.end === start) {
      this.#at = start + 1;
      return;
    }
    if (this.#current === undefined && this.#keyword(this.#text.slice(word.start, word.end), start)) return;
    const from = this.#at;
    this.#at = start;
    this.#current ??= this.#node("command");
    this.#at = from;
    this.#current.end = word.end;
    const match = ASSIGNMENT.exec(this.#text.slice(word.start, Math.min(word.end, word.start + 200)));
    if (match !== null && this.#current.words.length === 0) {
      this.#current.assignments.push({ name: match[1] ?? "", value: this.#without(word, match[0].length) });
    } else this.#current.words.push(word);
  }

  /** The word without the first `length` characters, which are plain text. */
  #without(word: Word, length: number): Word {
    const [first, ...rest] = word.parts;
    if (first?.kind !== "text") return word;
    const left = { ...first, text: first.text.slice(length), start: first.start + length };
    return {
      parts: left.text === "" && rest.length > 0 ? rest : [left, ...rest],
      start: word.start + length,
      end: word.end,
    };
  }

  #keyword(text: string, start: number): boolean {
    if (text === "!") this.#negated = true;
    else if (OPENERS.has(text)) {
      const end = this.#at;
      this.#at = start;
      this.#open(0, CONDITIONS.has(text));
      this.#at = end;
      if (text === "for" || text === "case" || text === "select") this.#header();
    } else if (CLOSERS.has(text)) this.#close(0);
    else if (BODIES.has(text) || text === "elif") {
      this.#end("end");
      const group = this.#groups.at(-1);
      if (group !== undefined) group.condition = text === "elif";
    } else return false;
    return true;
  }

  /** `for x in "$@"`: the variable is what the first word is. */
  #loopVariable(): void {
    const match = /^[ \t]+([A-Za-z_]\w*)[ \t]+in[ \t]+(?=[^\s;])/u.exec(
      this.#text.slice(this.#at, this.#at + 300),
    );
    if (match === null) return;
    this.#at += match[0].length;
    const value = this.#readWord();
    const node = this.#node("command");
    node.assignments.push({ name: match[1] ?? "", value });
    node.end = value.end;
    node.after = ";";
  }

  /** `x in a b c` is no command: it is skipped up to where the body begins. */
  #header(): void {
    this.#loopVariable();
    const match = /;|\n|\bin\b[ \t\r]*\n/u.exec(this.#text.slice(this.#at, this.#at + 2000));
    this.#at += match === null ? 0 : match.index + match[0].length;
  }
}
