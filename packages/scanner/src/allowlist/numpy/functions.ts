import { references } from "../contracts/build.ts";
import type { AllowEntry } from "../entry.ts";

const EVIDENCE = "numpy 1.20 to 2.5";

/**
 * Functions that models hold by reference (`FunctionTransformer(numpy.log1p)`, `TransformedTargetRegressor`). Each
 * computes on arrays and nothing else. Left out on purpose: `load`, `save`, `fromfile`, `loadtxt`, `genfromtxt`,
 * `memmap` as a call, `fromregex`, `DataSource` (files), `frompyfunc`, `apply_along_axis`, `piecewise`,
 * `fromfunction` (call what they are given), `einsum` (optimises by string), `numpy.testing` (runs strings).
 */
export const ENTRIES: readonly AllowEntry[] = [
  ...references(
    "numpy",
    "absolute add all allclose amax amin angle any arange arccos arccosh arcsin arcsinh arctan arctan2 arctanh argmax argmin argpartition argsort around array asarray ascontiguousarray asfarray atleast_1d atleast_2d average bincount bitwise_and bitwise_count bitwise_or bitwise_xor cbrt ceil clip concatenate conjugate copysign corrcoef cos cosh count_nonzero cov cross cumprod cumsum deg2rad degrees diag diff digitize divide divmod dot equal exp exp2 expand_dims expm1 eye fabs fix flip fliplr flipud float_power floor floor_divide fmax fmin fmod frexp full gcd gradient greater greater_equal heaviside histogram hstack hypot identity imag inner interp invert isclose isfinite isinf isnan isnat kron lcm ldexp left_shift less less_equal linspace log log10 log1p log2 logaddexp logaddexp2 logical_and logical_not logical_or logical_xor logspace matmul matvec max maximum mean median min minimum modf moveaxis multiply nan_to_num nanargmax nanargmin nancumsum nanmax nanmean nanmedian nanmin nanpercentile nanquantile nanstd nansum nanvar negative nextafter not_equal ones outer percentile positive power prod ptp quantile rad2deg radians ravel real reciprocal remainder repeat reshape right_shift rint roll round round_ sign signbit sin sinh sort spacing sqrt square squeeze stack std subtract sum swapaxes tan tanh tile transpose trapezoid trapz trunc unique var vecdot vecmat vstack where zeros",
    EVIDENCE,
  ),
  // Before NumPy 1.22 universal functions name their private home.
  ...references(
    "numpy.core._multiarray_umath",
    "absolute add arccos arccosh arcsin arcsinh arctan arctan2 arctanh bitwise_and bitwise_or bitwise_xor cbrt ceil conjugate copysign cos cosh deg2rad degrees divide divmod equal exp exp2 expm1 fabs float_power floor floor_divide fmax fmin fmod frexp gcd greater greater_equal heaviside hypot invert isfinite isinf isnan isnat lcm ldexp left_shift less less_equal log log10 log1p log2 logaddexp logaddexp2 logical_and logical_not logical_or logical_xor matmul maximum minimum modf multiply negative nextafter not_equal positive power rad2deg radians reciprocal remainder right_shift rint sign signbit sin sinh spacing sqrt square subtract tan tanh true_divide trunc",
    EVIDENCE,
  ),
  ...references("numpy.linalg", "norm", EVIDENCE),
];
