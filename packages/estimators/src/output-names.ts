import { columnAt, selectColumns } from "./core/columns.ts";
import { badInput } from "./error.ts";
import type { Evaluator } from "./core/evaluator.ts";
import { denseOf, type Matrix, namesOf, type Result, type Table } from "./core/matrix.ts";
import type { State } from "./read/state.ts";

/** Classes whose columns keep their names (`OneToOneFeatureMixin`). */
const SAME = new Set([
  "StandardScaler",
  "MinMaxScaler",
  "MaxAbsScaler",
  "RobustScaler",
  "Normalizer",
  "Binarizer",
  "PowerTransformer",
  "QuantileTransformer",
  "OrdinalEncoder",
]);

/** Classes that leave columns out, and name the rest as they were (`SelectorMixin`, imputers). */
const SOME = new Set([
  "SelectKBest",
  "SelectPercentile",
  "SelectFpr",
  "SelectFdr",
  "SelectFwe",
  "GenericUnivariateSelect",
  "VarianceThreshold",
  "RFE",
  "RFECV",
  "SequentialFeatureSelector",
  "SelectFromModel",
  "SimpleImputer",
  "KNNImputer",
  "IterativeImputer",
]);

/** Classes that number their columns (`ClassNamePrefixFeaturesOutMixin`). */
const NUMBERED = new Set([
  "PCA",
  "IncrementalPCA",
  "TruncatedSVD",
  "KernelPCA",
  "SparsePCA",
  "MiniBatchSparsePCA",
  "FastICA",
  "FactorAnalysis",
  "NMF",
  "MiniBatchNMF",
  "LatentDirichletAllocation",
  "DictionaryLearning",
  "MiniBatchDictionaryLearning",
  "KMeans",
  "MiniBatchKMeans",
  "BisectingKMeans",
  "Birch",
  "FeatureAgglomeration",
  "Nystroem",
  "RBFSampler",
  "SkewedChi2Sampler",
  "PolynomialCountSketch",
  "Isomap",
  "LocallyLinearEmbedding",
  "GaussianRandomProjection",
  "SparseRandomProjection",
  "NeighborhoodComponentsAnalysis",
  "LinearDiscriminantAnalysis",
  "BernoulliRBM",
]);

/** Classes that put frames together themselves when they are asked to. */
const OWN = new Set(["ColumnTransformer", "FeatureUnion"]);

/** Whether `set_output` asks for frames: `"pandas"` or `"polars"`. */
export function asksForFrames(state: State): boolean {
  if (!state.given("_sklearn_output_config")) return false;
  const transform = state.dict("_sklearn_output_config").get("transform");
  if (transform === undefined || transform.kind === "none") return false;
  if (transform.kind === "str" && transform.value === "default") return false;
  if (transform.kind === "str" && (transform.value === "pandas" || transform.value === "polars")) return true;
  throw state.unsupported("_sklearn_output_config", "asks for an output that is not known");
}

/**
 * The evaluator with frames for what it transforms, where `set_output` asks for them.
 * @throws {EstimatorError} `unsupported` for a class whose names of columns are not followed
 */
export function withFrames(state: State, evaluator: Evaluator): Evaluator {
  if (!asksForFrames(state) || OWN.has(state.shortName)) return evaluator;
  const { transform } = evaluator.methods;
  if (transform === undefined)
    throw state.unsupported(
      "_sklearn_output_config",
      "asks for frames (set_output) of a class that transforms nothing",
    );
  const names = columnNames(state, evaluator, transform);
  // Since 1.3 a selector takes the columns of a frame as they are.
  const keeps = SOME.has(state.shortName) && !state.shortName.endsWith("Imputer") && state.version >= 103;
  const run = (x: Matrix): Result => {
    const frame = framed(transform(x), names, state.shortName);
    return keeps && x.kind === "table" && x.names !== undefined ? columnsNamed(x, frame) : frame;
  };
  return { ...evaluator, methods: { ...evaluator.methods, transform: run } };
}

/** The columns of a frame that another one names. */
function columnsNamed(x: Table, chosen: Result): Result {
  const wanted = "kind" in chosen && chosen.kind !== "nd" ? (namesOf(chosen) ?? []) : [];
  return selectColumns(
    x,
    wanted.map((name) => x.names?.indexOf(name) ?? 0),
  );
}

type Transform = (x: Matrix) => Result;

function columnNames(
  state: State,
  evaluator: Evaluator,
  transform: Transform,
): (cols: number) => readonly string[] {
  const { shortName } = state;
  if (NUMBERED.has(shortName))
    return (cols) => Array.from({ length: cols }, (_, i) => `${shortName.toLowerCase()}${i}`);
  const { outputNames } = evaluator;
  if (outputNames !== undefined) return () => outputNames;
  const { names, count } = evaluator.features;
  const inputs =
    names ?? (count === undefined ? undefined : Array.from({ length: count }, (_, i) => `x${i}`));
  if (inputs !== undefined && SAME.has(shortName)) return () => inputs;
  if (inputs !== undefined && SOME.has(shortName) && !state.boolOr("add_indicator", false)) {
    let kept: readonly string[] | undefined;
    return () => (kept ??= keptOf(inputs, transform, shortName));
  }
  throw state.unsupported(
    "_sklearn_output_config",
    "asks for frames as output (set_output), whose names are not followed natively for this class",
  );
}

/** Numbers that no imputer fills in, and that tell the columns which are left. */
const MARK = 0.123_456_789;

function keptOf(inputs: readonly string[], transform: Transform, shortName: string): readonly string[] {
  const probe = denseOf(
    Float64Array.from(inputs, (_, i) => i + MARK),
    1,
    inputs.length,
  );
  const out = transform(probe);
  if (!("kind" in out) || out.kind !== "dense")
    throw badInput(`${shortName}: the columns that are left are not known natively`);
  return Array.from(out.data, (v) => {
    const name = inputs[Math.round(v - MARK)];
    if (name === undefined || Math.abs(v - MARK - Math.round(v - MARK)) > 1e-9)
      throw badInput(`${shortName}: the columns that are left are not known natively`);
    return name;
  });
}

function framed(result: Result, names: (cols: number) => readonly string[], shortName: string): Result {
  if (!("kind" in result) || result.kind === "nd" || result.kind === "series")
    throw badInput(`${shortName} answers no matrix to be made a frame`);
  if (result.kind === "sparse")
    throw badInput(
      "The transformer outputs a scipy sparse matrix, which set_output does not make a frame of.",
    );
  if (result.kind === "table" && result.columns.some(({ dtype }) => dtype === "str"))
    throw badInput("set_output: a frame of strings has a type that depends on the release of pandas");
  const cols = result.kind === "dense" ? result.cols : result.columns.length;
  const own = names(cols);
  if (own.length !== cols) throw badInput(`${shortName} answers ${cols} columns for ${own.length} names`);
  return { ...result, names: own };
}

/**
 * Frames of several transformers side by side, as pandas puts them, with the transformers' names before the columns' own
 * where `prefixed`.
 * @throws {EstimatorError} `bad-input` when one of them is no frame, or names meet
 */
export function joinFrames(
  blocks: readonly { readonly name: string; readonly block: Matrix }[],
  rows: number,
  prefixed: boolean,
): Matrix {
  const columns = blocks.flatMap(({ name, block }) => {
    const names = namesOf(block);
    if (names === undefined || (block.kind !== "dense" && block.kind !== "table"))
      throw badInput(`set_output: ${JSON.stringify(name.slice(0, 80))} answers no frame`);
    return names.map((own, i) => ({ name: prefixed ? `${name}__${own}` : own, column: columnAt(block, i) }));
  });
  const names = columns.map(({ name }) => name);
  if (new Set(names).size !== names.length)
    throw badInput("Output feature names are not unique. Please set verbose_feature_names_out=True");
  return { kind: "table", rows, columns: columns.map(({ column }) => column), names };
}
