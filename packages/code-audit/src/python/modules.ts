import { LineIndex, type Place, type Source } from "../model/source.ts";
import type { ProjectContext } from "../inspector.ts";
import type { ClassInfo, FunctionInfo, Module } from "./types.ts";
import { type Frame, Scope } from "./frame.ts";
import { concernsText } from "./prefilter.ts";
import { parse, type Syntax } from "./parse.ts";

/** Parsed modules of this many characters stay in memory. */
const KEPT = 3_000_000;
/** A project with more files than this is other people's code for the most part: what no rule asks for is not loaded. */
const LARGE = 1500;
const TEST =
  /(^|\/)(tests?|testing|unit_tests|integration_tests)\/|(^|\/)(test_[^/]*|[^/]*_test|conftest)\.py$/;

/** Reads modules of a project for one thread, and finds them by the names under which they are imported. */
export class Modules {
  readonly #project: ProjectContext;
  readonly #syntax = new Map<string, { readonly source: Source; readonly syntax: Syntax } | null>();
  #kept = 0;
  readonly #large: boolean;
  readonly #paths = new Map<string, string | null>();

  constructor(project: ProjectContext) {
    this.#project = project;
    this.#large = project.files.size > LARGE;
  }

  /** Path of the module that an import names, as far as it is one of the project. @param level dots before the name */
  find(dotted: string, level: number, from: Source): string | undefined {
    const key = `${folderOf(from.path)}\0${level}\0${dotted}`;
    const hit = this.#paths.get(key);
    if (hit !== undefined) return hit ?? undefined;
    const found = this.#search(dotted, level, from.path);
    this.#paths.set(key, found ?? null);
    return found;
  }

  #search(dotted: string, level: number, from: string): string | undefined {
    const inner = dotted === "" ? [] : dotted.split(".");
    let folder: string | undefined = folderOf(from);
    if (level > 0) {
      for (let up = 1; up < level && folder !== undefined; up++) folder = parentOf(folder);
      return folder === undefined ? undefined : this.#at(folder, inner);
    }
    if (inner.length === 0 || FOREIGN.has(inner[0] ?? "")) return undefined;
    for (; folder !== undefined; folder = parentOf(folder)) {
      const found = this.#at(folder, inner) ?? this.#at(`${folder}src/`, inner);
      if (found !== undefined && found !== from) return found;
    }
    return undefined;
  }

  #at(folder: string, parts: readonly string[]): string | undefined {
    const base = `${folder}${parts.join("/")}`;
    const options =
      parts.length === 0 ? [`${folder}__init__.py`] : [`${base}.py`, `${base}/__init__.py`, `${base}.ipynb`];
    return options.find((path) => this.#project.files.has(path));
  }

  /** A module that was not evaluated yet; undefined when it is not to be read, or cannot be. */
  load(path: string): Module | undefined {
    const parsed = this.#parsed(path);
    return parsed === undefined ? undefined : freshModule(parsed.source, parsed.syntax);
  }

  #parsed(path: string): { readonly source: Source; readonly syntax: Syntax } | undefined {
    const hit = this.#syntax.get(path);
    if (hit !== undefined) return hit ?? undefined;
    const source = this.#project.read(path);
    if (source === undefined || source.kind !== "python" || (this.#large && !concernsText(source.text))) {
      this.#syntax.set(path, null);
      return undefined;
    }
    return this.keep(source);
  }

  /** Parses a source, or takes what was parsed before. */
  keep(source: Source): { readonly source: Source; readonly syntax: Syntax } {
    const hit = this.#syntax.get(source.path);
    if (hit !== undefined && hit !== null && hit.source.text === source.text) return hit;
    const parsed = { source, syntax: parse(source.text) };
    this.#kept += source.text.length;
    if (this.#kept > KEPT) {
      this.#syntax.clear();
      this.#kept = source.text.length;
    }
    this.#syntax.set(source.path, parsed);
    return parsed;
  }
}

/** A module whose body was not evaluated. */
export function freshModule(source: Source, syntax: Syntax): Module {
  return new ParsedModule(source, syntax);
}

class ParsedModule implements Module {
  readonly source: Source;
  readonly syntax: Syntax;
  readonly lines: LineIndex;
  readonly frame: Frame;
  readonly functions: FunctionInfo[] = [];
  readonly classes: ClassInfo[] = [];
  readonly imports = new Set<string>();
  readonly test: boolean;

  constructor(source: Source, syntax: Syntax) {
    this.source = source;
    this.syntax = syntax;
    this.lines = new LineIndex(source.text);
    this.test = TEST.test(source.path);
    this.frame = new Scope(this);
  }

  place(start: number, end: number): Place {
    return this.lines.place(this.source.path, start, end);
  }
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

function parentOf(folder: string): string | undefined {
  if (folder === "" || folder === "/") return undefined;
  return folder.slice(0, folder.lastIndexOf("/", folder.length - 2) + 1);
}

/** The standard library and what rules know by name is never a module of the project, unless by a relative import. */
const FOREIGN: ReadonlySet<string> = new Set(
  (
    "abc argparse array ast asyncio base64 builtins bz2 codecs collections concurrent configparser contextlib copy csv ctypes dataclasses datetime decimal enum fnmatch fractions " +
    "functools gc getpass glob gzip hashlib heapq hmac html http importlib inspect io itertools json keyword logging lzma marshal math multiprocessing operator os pathlib pickle " +
    "platform pprint queue random re sched secrets select shelve shlex shutil signal socket sqlite3 ssl stat statistics string struct subprocess sys tarfile tempfile textwrap " +
    "threading time timeit token tokenize traceback types typing unittest urllib uuid warnings weakref xml zipfile zlib cPickle __future__ six " +
    "mlflow torch numpy pandas sklearn tensorflow keras scipy joblib dill cloudpickle yaml requests httpx aiohttp flask fastapi django starlette jsonpickle skops xgboost lightgbm " +
    "catboost onnx onnxruntime transformers huggingface_hub sqlalchemy jinja2 click typer boto3 redis pydantic streamlit gradio pytest setuptools pkg_resources matplotlib"
  ).split(" "),
);
