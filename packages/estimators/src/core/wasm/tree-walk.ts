import * as asm from "./assemble.ts";
import type { Code, Kernel } from "./assemble.ts";

/** Rows that go down a tree side by side: their loads wait for memory together instead of one after another. */
export const LANES = 8;
/** Bytes of a packed node (core/packed-trees.ts). */
export const NODE = 16;

const SHIFT = Math.log2(NODE);

/** How a node of one precision is read; `lane` counts within the group of rows. */
interface Layout {
  readonly size: number;
  readonly threshold: (node: Code) => Code;
  readonly value: (lane: number, address: Code) => Code;
  readonly greater: (a: Code, b: Code) => Code;
  readonly differs: (a: Code, b: Code) => Code;
}

const FLOAT32: Layout = {
  size: 4,
  threshold: (node) => asm.loadF32(0, node),
  value: (lane, address) => asm.loadF32(4 * lane, address),
  greater: asm.gtF32,
  differs: asm.neF32,
};
const FLOAT64: Layout = {
  size: 8,
  threshold: (node) => asm.loadF64(0, node),
  value: (lane, address) => asm.loadF64(8 * lane, address),
  greater: asm.gtF64,
  differs: asm.neF64,
};

const [ROOT, ROWS, GROUPS, GROUP_BYTES, OUT, SURE, DEEPER, SIDE] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
const PARAMS = 8;
/** Locals: where each lane is, the sum of that, the sum one step before, a counter. */
const node = (lane: number): number => PARAMS + lane;
const SUM = PARAMS + LANES;
const BEFORE = SUM + 1;
const COUNT = SUM + 2;

/** Bit 4 of `side` says that a missing value goes right, which is one node further; the leaf's number is above. */
const sideOf = (at: Code, layout: Layout): Code =>
  layout.size === 4 ? asm.loadI32(4, at) : asm.loadI32(0, asm.add(asm.shrU(at, asm.i32(2)), asm.get(SIDE)));

/** One lane one node on: to the left child, plus one node if the value is greater. A leaf's left child is itself. */
function step(lane: number, layout: Layout, missing: boolean): Code {
  const at = asm.get(node(lane));
  const value = layout.value(lane, asm.add(asm.get(ROWS), asm.loadI32(8, at)));
  const right = asm.shl(layout.greater(value, layout.threshold(at)), asm.i32(SHIFT));
  const missingRight = asm.and(asm.shl(layout.differs(value, value), asm.i32(SHIFT)), sideOf(at, layout));
  return asm.set(node(lane), asm.add(asm.loadI32(12, at), missing ? asm.or(right, missingRight) : right));
}

/**
 * Groups of `LANES` rows down one tree, without a branch that depends on the data. Every leaf lies at least `SURE` steps
 * below the root; if some lie deeper, lanes are stepped until none moves: children lie behind their parents, so the sum
 * of the lanes' places grows as long as one does.
 */
function walker(name: string, layout: Layout, missing: boolean): Kernel {
  const lanes = Array.from({ length: LANES }, (_, lane) => lane);
  const steps = lanes.flatMap((lane) => step(lane, layout, missing));
  const sum = lanes.map((lane) => asm.get(node(lane))).reduce((a, b) => asm.add(a, b));
  const untilNoneMoves = asm.loopWhile(
    [...asm.set(BEFORE, asm.get(SUM)), ...steps, ...asm.set(SUM, sum)],
    asm.ne(asm.get(SUM), asm.get(BEFORE)),
  );
  const down = (local: number): Code => asm.set(local, asm.sub(asm.get(local), asm.i32(1)));
  const group = [
    ...lanes.flatMap((lane) => asm.set(node(lane), asm.get(ROOT))),
    ...asm.set(COUNT, asm.get(SURE)),
    ...asm.whileDo(asm.get(COUNT), [...steps, ...down(COUNT)]),
    ...asm.set(SUM, asm.i32(0)),
    ...asm.when(asm.get(DEEPER), untilNoneMoves),
    ...lanes.flatMap((lane) =>
      asm.storeI32(4 * lane, asm.get(OUT), asm.shrU(sideOf(asm.get(node(lane)), layout), asm.i32(SHIFT + 1))),
    ),
    ...asm.set(OUT, asm.add(asm.get(OUT), asm.i32(4 * LANES))),
    ...asm.set(ROWS, asm.add(asm.get(ROWS), asm.get(GROUP_BYTES))),
    ...down(GROUPS),
  ];
  return {
    name,
    params: PARAMS,
    locals: [[LANES + 3, asm.I32]],
    body: asm.whileDo(asm.get(GROUPS), group),
  };
}

/** `walk32`, `walk64`, and for rows that hold not-a-number `walkMissing32`, `walkMissing64`. */
export const TREE_KERNELS: readonly Kernel[] = [
  walker("walk32", FLOAT32, false),
  walker("walk64", FLOAT64, false),
  walker("walkMissing32", FLOAT32, true),
  walker("walkMissing64", FLOAT64, true),
];
