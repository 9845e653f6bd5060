import { canonicalName } from "../names.ts";

/** Packages of conda whose project has another name on PyPI. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ["pytorch", "torch"],
  ["pytorch-cpu", "torch"],
  ["pytorch-gpu", "torch"],
  ["py-xgboost", "xgboost"],
  ["py-xgboost-cpu", "xgboost"],
  ["py-xgboost-gpu", "xgboost"],
  ["matplotlib-base", "matplotlib"],
  ["tensorflow-base", "tensorflow"],
  ["numpy-base", "numpy"],
  ["dask-core", "dask"],
  ["py-opencv", "opencv-python"],
  ["opencv", "opencv-python"],
  ["msgpack-python", "msgpack"],
  ["pytables", "tables"],
  ["python-graphviz", "graphviz"],
]);

/** What conda has and PyPI has not: compilers, system libraries, interpreters. No source of advisories names them. */
const ONLY: readonly RegExp[] = [
  /^_/u,
  /^(?:lib|r-|cuda|cudnn|mkl$|gcc|gxx|gfortran|binutils|ld_impl|sysroot|kernel-headers|m2w64-|vc\d*$|vs20|ucrt)/u,
  /^(?:openssl|zlib|bzip2|xz|zstd|sqlite|readline|ncurses|tk|ca-certificates|nodejs|git|make|openjdk|perl|r-base|blas|openblas|intel-openmp|python_abi|hdf5|ffmpeg|tzdata|expat|icu|krb5|curl)$/u,
];

export function isCondaOnly(name: string): boolean {
  return ONLY.some((pattern) => pattern.test(name.toLowerCase()));
}

/** PyPI's name of a package of conda: the same, but for the few that are listed. */
export function pypiNameOf(name: string): string {
  const canonical = canonicalName(name);
  return NAMES.get(canonical) ?? canonical;
}
