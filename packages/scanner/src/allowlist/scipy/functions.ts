import { classes, references } from "../contracts/build.ts";
import { distribution } from "../contracts/distribution.ts";
import { instance } from "../contracts/instance.ts";
import { bSpline, slottedInstance, splineNumbers } from "../contracts/interpolate.ts";
import type { AllowEntry } from "../entry.ts";

const EVIDENCE = "scipy 1.6 to 1.18";
const SPECIAL = "expit logit gamma gammaln erf xlogy";
const INTERPOLATIONS =
  "interp1d._call_linear interp1d._call_nearest interp1d._call_previousnext interp1d._call_spline";

/**
 * Distributions of searches, interpolation of calibration, and functions held by reference. Left out: `cKDTree` and
 * `KDTree` (their state is raw native structures with addresses), the FITPACK splines (native code trusts their
 * sizes), discrete distributions (they restore bound methods through `getattr`).
 */
export const ENTRIES: readonly AllowEntry[] = [
  ...classes(
    "scipy.stats._distn_infrastructure",
    "rv_frozen rv_continuous_frozen rv_discrete_frozen",
    instance,
    EVIDENCE,
  ),
  ...classes(
    "scipy.stats._continuous_distns",
    "norm_gen uniform_gen reciprocal_gen expon_gen gamma_gen beta_gen lognorm_gen truncnorm_gen chi2_gen t_gen triang_gen",
    distribution,
    EVIDENCE,
  ),
  ...["scipy.interpolate._interpolate", "scipy.interpolate.interpolate"].flatMap((module) => [
    ...classes(module, "interp1d", slottedInstance, EVIDENCE),
    ...references(module, INTERPOLATIONS, EVIDENCE),
  ]),
  ...classes("scipy.interpolate._cubic", "CubicSpline PchipInterpolator", slottedInstance, EVIDENCE),
  ...classes("scipy.interpolate._interpolate", "_PPoly", slottedInstance, EVIDENCE),
  ...classes("scipy.interpolate._bsplines", "BSpline", bSpline, EVIDENCE),
  ...classes("scipy.interpolate._bsplines", "_BSpline", splineNumbers, EVIDENCE),
  ...references("scipy._lib.array_api_compat.numpy._aliases", "asarray", EVIDENCE),
  ...references("scipy.special._special_ufuncs", SPECIAL, EVIDENCE),
  ...references("scipy.special._ufuncs", `${SPECIAL} boxcox inv_boxcox`, EVIDENCE),
  ...references("scipy.special._logsumexp", "logsumexp softmax", EVIDENCE),
  ...references(
    "scipy.spatial.distance",
    "cityblock correlation cosine euclidean braycurtis canberra chebyshev hamming jaccard minkowski sqeuclidean",
    EVIDENCE,
  ),
];
