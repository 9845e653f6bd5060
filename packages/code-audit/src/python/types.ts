import type { LineIndex, Place, Source } from "../model/source.ts";
import type { Localized } from "../model/text.ts";
import type { Node } from "./node.ts";
import type { Syntax } from "./parse.ts";

export type Constant = string | number | boolean | null;

/** A stretch of one module. */
export interface Site {
  readonly module: Module;
  readonly node: Node;
}

/** Where a value comes from that somebody else decides, or what it is made of. */
export type MarkKind =
  /** what a client of a service sends */
  | "request"
  /** environment, command line, terminal */
  | "environment"
  | "argument"
  | "input"
  /** what a file, database, queue or other service says */
  | "file"
  | "database"
  | "queue"
  | "http"
  /** parameter of a function that nobody calls in the project; says nothing by itself */
  | "parameter"
  /** downloaded from the artifact store */
  | "artifact"
  /** what a model answered, or the model itself */
  | "model"
  /** a hash or keyed hash of something */
  | "digest"
  /** outcome of a comparison of a digest: true when it fits (`yes`) or when it does not (`no`) */
  | "fits"
  | "differs"
  /** outcome of a comparison that proves nothing */
  | "sham"
  /** name or content of something secret */
  | "secret";

export interface Mark {
  readonly kind: MarkKind;
  readonly site: Site;
  readonly label: Localized;
  /** The calls that it went through. */
  readonly way: Way;
  /** For which kind of sink it was made harmless. */
  readonly safeFor?: "shell" | "path" | "sql" | undefined;
}

export type Ref =
  /** A name outside the project, or what comes of calling it: `pickle.Unpickler().load`. */
  | { readonly kind: "ext"; readonly path: string; readonly call?: CallFact | undefined }
  | { readonly kind: "const"; readonly value: Constant }
  /** A text of which parts are known. */
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "function"; readonly fn: FunctionInfo }
  | { readonly kind: "class"; readonly cls: ClassInfo }
  | { readonly kind: "instance"; readonly cls: ClassInfo; readonly fields: Map<string, Value> }
  | { readonly kind: "super"; readonly cls: ClassInfo; readonly self: Value }
  | { readonly kind: "bound"; readonly fn: FunctionInfo; readonly self: Value }
  | { readonly kind: "partial"; readonly callee: Value; readonly args: Args }
  | { readonly kind: "sequence"; readonly items: readonly Value[]; readonly rest: Value | undefined }
  | { readonly kind: "dict"; readonly items: Map<string, Value>; readonly rest: Value | undefined }
  | { readonly kind: "module"; readonly module: Module };

/** What an expression may be. */
export interface Value {
  readonly refs: readonly Ref[];
  readonly marks: readonly Mark[];
  /** Whether it may also be something that is not among `refs`. */
  readonly open: boolean;
}

/** Arguments of a call. */
export interface Args {
  readonly positional: readonly Value[];
  readonly keywords: ReadonlyMap<string, Value>;
  /** Elements of what `*` and `**` unpack, when they are not known one by one. */
  readonly rest: Value | undefined;
}

/** What holds at one point of one scope. */
export type State = Map<string, Value>;

/** A way of a value, or of evaluation, through calls. */
export type Way = readonly { readonly site: Site; readonly message: Localized }[];

/** A scope while it is evaluated. */
export interface Frame {
  readonly module: Module;
  readonly fn: FunctionInfo | undefined;
  readonly closure: Frame | undefined;
  state: State;
  /** Whether the point cannot be reached: after `return`, `raise`, `continue`, `break`. */
  dead: boolean;
  readonly globals: Set<string>;
  readonly results: Value[];
  /** How the evaluation came here from outside of the function. */
  readonly way: Way;
  readonly depth: number;
  /** The function that evaluation began with. */
  readonly entry: FunctionInfo | undefined;
  /** Known libraries and unknown modules that `import *` names came from. */
  readonly stars: string[];
  /** How many `except` blocks are around. */
  handlers: number;
  /** What the call that is being made is made on. */
  receiver: Value | undefined;
  /** The expression that is being evaluated, for sources that are no calls. */
  at: Node | undefined;
  /** States at the `break`s and `continue`s of the innermost loop. */
  leaving: State[];
  /** States at the `return`s, for what a function guarantees. */
  readonly exits: State[];
  /** Value of a name here or in the scopes around; undefined when no scope has it. */
  find(name: string): Value | undefined;
  assign(name: string, value: Value): void;
  /** A copy of the state. */
  fork(): State;
}

/** A module of the project. */
export interface Module {
  readonly source: Source;
  readonly syntax: Syntax;
  readonly lines: LineIndex;
  /** Where a stretch is, for people. */
  place(start: number, end: number): Place;
  /** Its globals, once its body was evaluated. */
  readonly frame: Frame;
  readonly functions: FunctionInfo[];
  readonly classes: ClassInfo[];
  /** Top-level packages that it imports anywhere: tells what `request` is likely to be. */
  readonly imports: Set<string>;
  /** Whether it is a test by its name. */
  readonly test: boolean;
}

export interface Parameter {
  readonly name: string;
  readonly node: Node;
  readonly default: Value | undefined;
  readonly annotation: Node | undefined;
  readonly kind: "positional" | "keyword" | "args" | "kwargs";
}

/** A function, method or lambda of the project. */
export interface FunctionInfo {
  readonly name: string;
  readonly node: Node;
  readonly module: Module;
  readonly body: Node | undefined;
  readonly parameters: readonly Parameter[];
  /** Where its free names are looked up. */
  readonly closure: Frame;
  readonly owner: ClassInfo | undefined;
  readonly decorators: readonly { readonly node: Node; readonly value: Value }[];
  /** `static` and `class` methods bind no instance. */
  readonly binds: "self" | "class" | "none";
  readonly generator: boolean;
  /** What it gives back when nothing is known of its arguments; set once it was evaluated so. */
  result: Value | undefined;
  contexts: Map<string, Value>;
}

export interface ClassInfo {
  readonly name: string;
  readonly node: Node;
  readonly module: Module;
  readonly bases: readonly Value[];
  /** Class attributes and methods. */
  readonly members: Map<string, Value>;
  /** What any method stores in its instance. */
  readonly fields: Map<string, Value>;
}

/** Circumstances of a fact. */
export interface Where {
  readonly module: Module;
  readonly node: Node;
  /** The function around it. */
  readonly fn: FunctionInfo | undefined;
  /** Whether a digest or signature was checked before, on every way that leads here. */
  readonly verified: boolean;
  /** The function that evaluation began with, when it came here through calls. */
  readonly entry: FunctionInfo | undefined;
  /** Whether it is in an `except` block. */
  readonly handler: boolean;
  readonly way: Way;
}

/** A call of something outside the project. */
export interface CallFact extends Where {
  /** Canonical, `()` after each call on the way: `requests.Session().get`. */
  readonly path: string;
  /** The function of the project that is called; its path is then `=name`. */
  readonly callee?: FunctionInfo;
  readonly args: Args;
  /** What it is called on. */
  readonly receiver: Value | undefined;
  /** The call that its receiver came from. */
  readonly made: CallFact | undefined;
  /** Keyword arguments by place in the text, for fixes. */
  readonly keywordNodes: ReadonlyMap<string, Node>;
}

/** A name, attribute, key, keyword or default that gets a value. */
export interface BindFact extends Where {
  /** The last name: `password` of `self.password`, `cfg["password"]`, `connect(password=…)`. */
  readonly name: string;
  readonly how: "name" | "attribute" | "key" | "keyword" | "default";
  /** Of what an attribute or key is set, as far as it is outside the project: `os.environ`. */
  readonly target: Value | undefined;
  readonly value: Value;
  readonly valueNode: Node;
}

/** A text in the code. */
export interface TextFact extends Where {
  readonly value: string;
}

/** All that evaluation says about one file and what it calls. */
export interface Facts {
  readonly module: Module;
  readonly calls: readonly CallFact[];
  readonly binds: readonly BindFact[];
  readonly texts: readonly TextFact[];
  readonly functions: readonly FunctionInfo[];
}
