import type { Frame } from "./frame.ts";
import { here, type Machine, textOf } from "./machine.ts";
import type { Node } from "./node.ts";
import type { CallFact } from "./types.ts";
import { constantOf, type Mark, textsOf, type Value } from "./value.ts";

const SIGNED =
  /^\W*(?:un)?(signed|signature|sig|trusted|verified|approved|safe|secure|official|\.sig|\.asc)\W*$/i;

/** `a == b`, `a in b`, …: says whether a digest was compared, and with what. */
export function comparison(node: Node, frame: Frame, machine: Machine): Value {
  const operands = node.kids.filter((kid) => kid.field !== "operators");
  const operators = node.kids.filter((kid) => kid.field === "operators").map((kid) => kid.type);
  const values = operands.map((operand) => machine.evaluate(operand, frame));
  const [left, right] = values;
  if (left === undefined || right === undefined || values.length !== 2)
    return { refs: [], marks: [], open: true };
  const marks = outcome(node, operators[0] ?? "", left, right, operands, frame);
  for (const mark of marks)
    if (mark.kind === "sham") machine.onCall(shamFact(mark, node, frame, [left, right]));
  return { refs: [], marks, open: true };
}

// oxlint-disable-next-line max-params -- one step of the function above
function outcome(
  node: Node,
  operator: string,
  left: Value,
  right: Value,
  operands: readonly Node[],
  frame: Frame,
): readonly Mark[] {
  if (/^'(==|!=|is|is not|<>)$/.test(operator))
    return compared(left, right, operands, node, /!|not|<>/.test(operator), frame);
  if (operator === "'in" && SIGNED.test(textsOf(left)[0] ?? "") && constantOf(left) !== undefined) {
    return [
      {
        ...outcomeMark("sham", node, frame),
        label: { en: "a word in a name is no signature", zh: "名称中的字样不是签名" },
      },
    ];
  }
  if (/^'(in|not in)$/.test(operator))
    return compared(left, right, operands, node, operator === "'not in", frame);
  return [];
}

/** A comparison that proves nothing, as a fact for the rules: `=sham`. */
export function shamFact(mark: Mark, node: Node, frame: Frame, operands: readonly Value[]): CallFact {
  const reason = { refs: [], marks: [mark], open: true };
  return {
    ...here(node, frame),
    path: "=sham",
    args: { positional: operands, keywords: new Map(), rest: undefined },
    receiver: reason,
    made: undefined,
    keywordNodes: new Map(),
  };
}

/** What comparing two values with one another shows. */
// oxlint-disable-next-line max-params -- one step of the function above
export function compared(
  left: Value,
  right: Value,
  operands: readonly Node[],
  node: Node,
  negated: boolean,
  frame: Frame,
): readonly Mark[] {
  const a = left.marks.filter(({ kind }) => kind === "digest");
  const b = right.marks.filter(({ kind }) => kind === "digest");
  if (a.length === 0 && b.length === 0) return [];
  const empty =
    constantOf(left) === null ||
    constantOf(right) === null ||
    constantOf(left) === "" ||
    constantOf(right) === "";
  if (empty) return [];
  const sham = shamReason(a, b, left, right, operands, frame);
  if (sham !== undefined) return [{ ...outcomeMark("sham", node, frame), label: sham }];
  return [outcomeMark(negated ? "differs" : "fits", node, frame)];
}

function outcomeMark(kind: Mark["kind"], node: Node, frame: Frame): Mark {
  return { kind, site: { module: frame.module, node }, label: { en: "comparison", zh: "比较" }, way: [] };
}

const BESIDE = /\.(sha\d+|md5|sig|hash|digest|checksum|sum)\b|sha256|checksum/i;

/** Why a comparison of digests proves nothing. */
// oxlint-disable-next-line max-params -- one step of the function above
function shamReason(
  a: readonly Mark[],
  b: readonly Mark[],
  left: Value,
  right: Value,
  operands: readonly Node[],
  frame: Frame,
): Mark["label"] | undefined {
  const [one, two] = operands.map((operand) => textOf(operand, frame));
  if (one === two) return { en: "it is compared with itself", zh: "与自身比较" };
  const other = a.length > 0 ? right : left;
  const own = a.length > 0 ? left : right;
  if (a.length > 0 && b.length > 0 && sameSubject(own, other)) {
    return { en: "both sides are computed from the same data", zh: "两侧均由同一数据计算得出" };
  }
  const subject = own.marks.find(({ kind }) => kind === "digest")?.label.zh ?? "";
  if (
    /^\S+ \(\s*(str\()?(self\.)?\w*(path|uri|name|filename|url)\w*\)?(\.encode\([^()]*\))\s*\)$/.test(subject)
  ) {
    return { en: "the digest is of a name, not of the content", zh: "摘要取自名称而非内容" };
  }
  const beside = other.marks.find(({ kind, label }) => kind === "file" && BESIDE.test(label.en));
  if (beside !== undefined && a.length + b.length > 0 && !(a.length > 0 && b.length > 0)) {
    return { en: "the expected digest is stored beside the file", zh: "预期摘要与文件存放在一起" };
  }
  return undefined;
}

function sameSubject(a: Value, b: Value): boolean {
  const subjects = (value: Value) =>
    value.marks.filter(({ kind }) => kind === "digest").map(({ label }) => label.zh);
  const [first] = subjects(a);
  return first !== undefined && first !== "" && subjects(b).includes(first) && !/hmac/.test(first);
}
