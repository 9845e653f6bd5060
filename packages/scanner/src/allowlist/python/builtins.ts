import { callables, classes, references, types } from "../contracts/build.ts";
import {
  defaultDict,
  deque,
  fromBytes,
  fromOneValue,
  fromScalars,
  latin1,
  mapping,
  partial,
  threeBounds,
  typeOf,
} from "../contracts/python.ts";
import { instance } from "../contracts/instance.ts";
import type { AllowEntry } from "../entry.ts";

const EVIDENCE = "Python 3.8 to 3.13";

/**
 * Python's own. Left out on purpose: `getattr` (reaches anything), `type` with three arguments (makes a class, so
 * it stands as no value either), `eval`, `exec`, `compile`, `open`, `input`, `memoryview`, `super`, `property`,
 * `map` and `filter` (call what they are given), `zip`, `vars`, `globals`, `delattr`, `setattr`.
 */
export const ENTRIES: readonly AllowEntry[] = [
  ...types("builtins", "set frozenset", fromOneValue, EVIDENCE),
  ...classes("builtins", "bytes bytearray", fromBytes, EVIDENCE),
  ...types("builtins", "complex int float bool str", fromScalars, EVIDENCE),
  ...types("builtins", "list tuple dict", fromOneValue, EVIDENCE),
  ...classes("builtins", "slice range", threeBounds, EVIDENCE),
  ...types("builtins", "object", instance, EVIDENCE),
  ...callables("builtins", "type", typeOf, EVIDENCE),
  ...references(
    "builtins",
    "len sum min max abs round sorted divmod pow any all NoneType Ellipsis NotImplemented reversed enumerate hash repr ascii chr ord bin hex oct",
    EVIDENCE,
  ),
  ...callables("_codecs", "encode", latin1, EVIDENCE),
  ...classes("collections", "OrderedDict Counter", mapping, EVIDENCE),
  ...classes("collections", "defaultdict", defaultDict, EVIDENCE),
  ...classes("collections", "deque", deque, EVIDENCE),
  ...classes("collections", "ChainMap", instance, EVIDENCE),
  ...callables("functools", "partial", partial, EVIDENCE),
];
