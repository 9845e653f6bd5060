import { skopsArray } from "../contracts/array.ts";
import { classes, references, types } from "../contracts/build.ts";
import { instance } from "../contracts/instance.ts";
import type { AllowEntry } from "../entry.ts";

const EVIDENCE = "numpy 1.20 to 2.5";

/** Scalar types, which stand as values (`dtype=numpy.float32`), and the polynomials that plain objects are. */
export const ENTRIES: readonly AllowEntry[] = [
  ...types(
    "numpy",
    "bool bool_ bytes_ clongdouble complex128 complex256 complex64 datetime64 float128 float16 float32 float64 int16 int32 int64 int8 longdouble longlong str_ timedelta64 uint16 uint32 uint64 uint8 ulonglong",
    skopsArray,
    EVIDENCE,
  ),
  // As values these would open files (`memmap`), evaluate text (`matrix`) or reserve memory (`void`).
  ...classes("numpy", "void matrix recarray memmap", skopsArray, EVIDENCE),
  ...classes("numpy.rec", "recarray", skopsArray, EVIDENCE),
  ...references(
    "numpy",
    "character floating inexact integer number object_ signedinteger unsignedinteger complexfloating flexible",
    EVIDENCE,
  ),
  ...classes("numpy", "poly1d", instance, EVIDENCE),
  // It calls `pyfunc`, which is a reference and so listed by itself.
  ...classes("numpy", "vectorize", instance, EVIDENCE),
  ...classes("numpy.polynomial.chebyshev", "Chebyshev", instance, EVIDENCE),
  ...classes("numpy.polynomial.polynomial", "Polynomial", instance, EVIDENCE),
];
