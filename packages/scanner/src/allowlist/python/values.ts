import { classes, references, types } from "../contracts/build.ts";
import { instance } from "../contracts/instance.ts";
import { fromScalars } from "../contracts/python.ts";
import { dateValue } from "../contracts/dates.ts";
import { itemGetter } from "../contracts/operator.ts";
import { purePath } from "../contracts/paths.ts";
import type { AllowEntry } from "../entry.ts";

const EVIDENCE = "Python 3.8 to 3.13";

/** Value classes of the standard library, and its functions that only compute. */
export const ENTRIES: readonly AllowEntry[] = [
  ...types("datetime", "date datetime time timedelta timezone", dateValue, EVIDENCE),
  ...types("decimal", "Decimal", fromScalars, EVIDENCE),
  ...types("fractions", "Fraction", fromScalars, EVIDENCE),
  ...classes("uuid", "UUID", instance, EVIDENCE),
  // A path is text until something opens it; no estimator opens a path that it holds while it predicts.
  ...classes("pathlib", "PurePosixPath PureWindowsPath PosixPath", purePath, EVIDENCE),
  ...classes("pathlib._local", "PurePosixPath PureWindowsPath PosixPath", purePath, EVIDENCE),
  // attrgetter and methodcaller are left out: they reach and call any attribute.
  ...classes("operator", "itemgetter", itemGetter, EVIDENCE),
  ...references(
    "_operator",
    "add sub mul truediv floordiv mod pow neg pos abs eq ne lt le gt ge and_ or_ xor not_ invert lshift rshift truth index matmul contains getitem",
    EVIDENCE,
  ),
  ...references(
    "math",
    "pow sqrt log log2 log10 log1p exp expm1 sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh floor ceil fabs fmod hypot degrees radians isnan isinf isfinite copysign erf erfc gamma lgamma trunc gcd isclose cbrt exp2 dist fma frexp fsum isqrt lcm ldexp modf nextafter prod remainder sumprod ulp",
    EVIDENCE,
  ),
];
