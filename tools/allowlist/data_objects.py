"""Objects of NumPy, SciPy, pandas and the standard library that honest models hold as attributes."""

import builtins
import collections
import datetime
import decimal
import fractions
import functools
import math
import operator
import pathlib
import tempfile
import uuid


def standard():
    yield "builtins", [1, 2.5, 1j, "a", b"b", bytearray(b"c"), None, True, (1,), {1: 2}, {1}, frozenset({2}), 2**80]
    yield "ranges", [range(3), slice(1, 2, 3), Ellipsis, NotImplemented]
    yield "ordered", collections.OrderedDict(a=1, b=collections.OrderedDict(c=2))
    yield "defaults", [collections.defaultdict(kind, {1: kind()}) for kind in (int, float, list, dict, set, str, tuple, bool)]
    yield "counter", [collections.Counter("aab"), collections.deque([1, 2], 3), collections.ChainMap({1: 2})]
    yield "numbers", [decimal.Decimal("1.5"), fractions.Fraction(1, 3), math.inf, math.nan]
    zone = datetime.timezone(datetime.timedelta(hours=2))
    yield "times", [datetime.date(2020, 1, 2), datetime.datetime(2020, 1, 2, 3, tzinfo=zone), datetime.time(3, 4), datetime.timedelta(3), datetime.timezone.utc]
    yield "paths", [pathlib.PurePosixPath("a/b"), pathlib.Path("a"), pathlib.PureWindowsPath("c")]
    yield "uuid", uuid.UUID(int=5)
    yield "types", [int, float, str, bool, bytes, list, dict, tuple, set, frozenset, object, type(None), complex]
    yield "partials", [functools.partial(math.pow, 2), functools.partial(sorted, reverse=True)]
    names = "len sum min max abs round sorted divmod pow any all reversed enumerate hash repr ascii chr ord bin hex oct"
    yield "functions", [getattr(builtins, name) for name in names.split()] + [operator.itemgetter(0), operator.itemgetter(0, "a")]
    yield "text methods", [str.lower, str.strip, str.upper, str.split]
    yield "math", [value for name, value in sorted(vars(math).items()) if callable(value)]
    yield "operators", [getattr(operator, name) for name in "add sub mul truediv floordiv mod pow neg pos abs eq ne lt le gt ge and_ or_ xor not_ invert lshift rshift truth index matmul contains getitem".split()]


def memory_map(np):
    """As a model that was fitted on a memory-mapped file holds it."""
    return np.memmap(tempfile.TemporaryFile(), dtype="f8", mode="w+", shape=(2,))


def numpy_objects():
    import numpy as np

    kinds = "?bBhHiIlLqQefdgFDG"
    yield "dtypes", [np.dtype(kind) for kind in kinds] + [np.dtype(text) for text in ("O", "S5", "U7", "V3", "M8[ns]", "m8[s]", ">f4", "S", "U", "M8", "m8[25us]")]
    record = np.dtype([("a", "<i4"), ("b", ">f8", (2, 3)), ("c", "O"), ("d", [("e", "u1")])])
    yield "record dtype", [record, np.dtype({"names": ["x"], "formats": ["f4"], "offsets": [4], "itemsize": 16}), np.dtype([("a", "i4")], align=True), np.dtype("f4", metadata={"m": 1}), np.dtype((np.int32, (2,))), np.dtype([(("title", "n"), "f4")])]
    for kind in kinds:
        yield "array " + kind, np.zeros((3, 2), kind)
        yield "scalar " + kind, np.dtype(kind).type(1)
    yield "arrays", [np.asfortranarray(np.arange(6.0).reshape(2, 3)), np.arange(10)[::2], np.array(5.0), np.zeros((0, 3)), np.array(["a", "bc"]), np.array([b"a"]), np.array(["a", None, 1.5], dtype=object), np.zeros(2, record), np.array(["2020"], "M8[D]"), np.array([3], "m8[h]"), np.array([1.0], ">f8")]
    yield "scalars", [np.str_("a"), np.bytes_(b"a"), np.datetime64("2020-01-01"), np.timedelta64(3, "s"), np.bool_(True), np.void(b"abc")]
    yield "subclasses", [np.ma.masked_array([1.0, 2], mask=[0, 1]), np.ma.masked, np.matrix([[1, 2]]), np.rec.array([(1, 2.0)], names="a,b"), memory_map(np), np.ma.masked_array([1, 2])]
    yield "random", [np.random.RandomState(1), np.random.default_rng(1), np.random.Generator(np.random.MT19937(1)), np.random.Generator(np.random.Philox(1)), np.random.Generator(np.random.SFC64(1)), np.random.MT19937(2), np.random.PCG64(2), np.random.SeedSequence(4), np.random.RandomState(np.random.PCG64(3))]
    if hasattr(np.random, "PCG64DXSM"):
        yield "random dxsm", np.random.Generator(np.random.PCG64DXSM(1))
    yield "global random", np.random.mtrand._rand
    yield "types", [np.float64, np.float32, np.int64, np.int32, np.int8, np.uint8, np.bool_, np.str_, np.object_, np.ndarray, np.dtype, np.float16, np.complex128, np.uint64, np.datetime64, np.generic, np.number, np.integer, np.floating, np.int16, np.uint16, np.uint32, np.complex64, np.longdouble, np.bytes_, np.timedelta64, np.inexact, np.character, np.signedinteger, np.unsignedinteger, np.complexfloating, np.flexible, np.intc, np.uintc, np.intp, np.uintp, np.half, np.single, np.double, np.short, np.ushort, np.byte, np.ubyte]
    yield "ufuncs", [getattr(np, name) for name in dir(np) if isinstance(getattr(np, name), np.ufunc)]
    names = "mean median std var sum prod min max amin amax argmin argmax cumsum cumprod diff clip nan_to_num nanmean nanmedian nanstd nansum nanmin nanmax percentile quantile ravel reshape transpose squeeze atleast_2d atleast_1d asarray array concatenate hstack vstack where round around sort argsort unique zeros ones full log log1p expm1 exp sqrt abs angle real imag fix isclose allclose ptp average dot inner outer trapz trapezoid gradient interp average argpartition average any all count_nonzero stack swapaxes moveaxis expand_dims flip fliplr flipud roll tile repeat diag asfarray ascontiguousarray logspace linspace arange eye identity nanvar nanargmax nanargmin nanpercentile nanquantile nancumsum bincount digitize histogram corrcoef cov cross kron matmul"
    yield "functions", [getattr(np, name) for name in names.split() if hasattr(np, name) and not isinstance(getattr(np, name), type)]
    yield "linalg", [np.linalg.norm]
    yield "poly", [np.poly1d([1, 2]), np.polynomial.Polynomial([1, 2]), np.polynomial.Chebyshev([1, 2])]
    yield "mgrid", [np.nan, np.inf, np.newaxis]


def scipy_objects():
    import numpy as np
    import scipy.sparse as sp

    base = np.array([[1.0, 0, 2], [0, 0, 3]])
    for layout in ("csr", "csc", "coo", "bsr", "dia", "dok", "lil"):
        yield "sparse " + layout, getattr(sp, layout + "_matrix")(base)
        if hasattr(sp, layout + "_array"):
            yield "sparse array " + layout, getattr(sp, layout + "_array")(base)
    from scipy.interpolate import interp1d

    points = np.arange(5.0)
    yield "interp1d", [interp1d(points, points * 2, kind=kind, fill_value="extrapolate", bounds_error=False) for kind in ("linear", "nearest", "previous", "next", "zero", "quadratic", "cubic")]
    from scipy.interpolate import BSpline, CubicSpline, PchipInterpolator, PPoly, UnivariateSpline, make_interp_spline

    yield "splines", [make_interp_spline(points, points), CubicSpline(points, points), PchipInterpolator(points, points)]
    yield "univariate", UnivariateSpline(points, points, k=2)
    from scipy.spatial import cKDTree, KDTree

    yield "ckdtree", cKDTree(base)
    yield "kdtree", KDTree(base)
    import scipy.stats as st

    yield "distribution names", [st.expon(), st.gamma(2), st.beta(1, 2), st.lognorm(1), st.truncnorm(0, 1), st.chi2(2), st.t(3), st.triang(0.5)]
    yield "reciprocal", st.reciprocal(1, 2)
    yield "frozen", [st.uniform(0, 1), st.norm(), st.randint(1, 5), st.loguniform(1e-3, 1)]
    yield "distributions", [st.norm, st.uniform]
    import scipy.special as special

    yield "special", [special.expit, special.logit, special.boxcox, special.inv_boxcox, special.gamma, special.erf, special.xlogy, special.gammaln, special.softmax, special.logsumexp]
    from scipy.spatial import distance

    names = "cosine euclidean cityblock correlation braycurtis canberra chebyshev hamming jaccard minkowski sqeuclidean"
    yield "distances", [getattr(distance, name) for name in names.split()]
    from scipy.optimize import OptimizeResult

    yield "optimize result", OptimizeResult(x=points)


def pandas_objects():
    import numpy as np
    import pandas as pd

    frame = pd.DataFrame({"i": [1, 2], "f": [1.5, None], "s": ["a", "b"], "b": [True, False], "t": pd.to_datetime(["2020", "2021"]), "d": pd.to_timedelta([1, 2], "s"), "c": pd.Categorical(["x", "y"]), "o": [None, (1,)]})
    yield "frame", frame
    yield "frame tz", pd.DataFrame({"t": pd.to_datetime(["2020"]).tz_localize("UTC"), "z": pd.to_datetime(["2020"]).tz_localize("Europe/Paris")})
    yield "frame tz offset", pd.DataFrame({"t": pd.to_datetime(["2020-01-01T00:00:00+02:00"])})
    yield "frame nullable", pd.DataFrame({"i": pd.array([1, None], dtype="Int64"), "b": pd.array([True, None], dtype="boolean"), "s": pd.array(["a", None], dtype="string")})
    try:
        yield "frame float nullable", pd.DataFrame({"f": pd.array([1.5, None], dtype="Float64")})
    except TypeError:
        pass
    try:
        yield "frame arrow", pd.DataFrame({"s": pd.array(["a", None], dtype="string[pyarrow]"), "i": pd.array([1], dtype="int64[pyarrow]").take([0, 0])})
    except (ImportError, TypeError):
        pass
    yield "frame period", pd.DataFrame({"p": pd.period_range("2020", periods=2, freq="M"), "v": pd.interval_range(0, 2)})
    yield "frame sparse", pd.DataFrame({"s": pd.arrays.SparseArray([0, 0, 1.0])})
    yield "multi", pd.DataFrame(np.zeros((2, 2)), index=pd.MultiIndex.from_tuples([(1, "a"), (2, "b")], names=["x", "y"]))
    for name in frame:
        yield "series " + name, frame[name]
        yield "index " + name, pd.Index(frame[name])
    yield "indexes", [pd.RangeIndex(3), pd.Index([1, 2]), pd.Index([1.0]), pd.Index(["a"]), pd.DatetimeIndex(["2020"]), pd.date_range("2020", periods=3), pd.date_range("2020", periods=3, freq="MS"), pd.TimedeltaIndex(["1s"]), pd.period_range("2020", periods=3, freq="M"), pd.interval_range(0, 3), pd.CategoricalIndex(["a"]), pd.MultiIndex.from_product([[1], [2]]), pd.date_range("2020", periods=2, tz="UTC")]
    yield "scalars", [pd.Timestamp("2020"), pd.Timestamp("2020", tz="UTC"), pd.Timedelta(1), pd.Period("2020", "M"), pd.Interval(0, 1), pd.NaT, pd.NA]
    yield "dtypes", [pd.CategoricalDtype(["a", "b"]), pd.CategoricalDtype(), pd.DatetimeTZDtype(tz="UTC"), pd.PeriodDtype("M"), pd.IntervalDtype("int64"), pd.Int64Dtype(), pd.StringDtype(), pd.BooleanDtype(), pd.SparseDtype("float64"), pd.Int8Dtype(), pd.UInt8Dtype(), pd.Int32Dtype(), pd.Int16Dtype(), pd.UInt16Dtype(), pd.UInt32Dtype(), pd.UInt64Dtype()]
    yield "float dtypes", [getattr(pd, name)() for name in ("Float64Dtype", "Float32Dtype") if hasattr(pd, name)]
    yield "categorical", [pd.Categorical(["a", "b"]), pd.Categorical([1, 2], ordered=True)]
    yield "offsets", [pd.offsets.MonthEnd(), pd.offsets.Day(), pd.offsets.Hour(2), pd.offsets.BDay(), pd.offsets.Week(weekday=1), pd.offsets.QuarterEnd(), pd.offsets.YearEnd(), pd.offsets.MonthBegin(), pd.offsets.Minute(), pd.offsets.Second(), pd.offsets.Milli(), pd.offsets.Micro(), pd.offsets.Nano(), pd.offsets.QuarterBegin(), pd.offsets.YearBegin(), pd.offsets.BMonthEnd(), pd.offsets.BMonthBegin()]
    yield "empty", [pd.DataFrame(), pd.Series([], dtype=float), pd.DataFrame(columns=["a"])]
    frame.attrs["k"] = 1
    yield "attrs", frame
    yield "classes", [pd.DataFrame, pd.Series, pd.Index]
    yield "functions", [pd.to_datetime, pd.to_numeric, pd.isna, pd.notna, pd.get_dummies]


SOURCES = [("std", standard), ("numpy", numpy_objects), ("scipy", scipy_objects), ("pandas", pandas_objects)]
