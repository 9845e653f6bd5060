import { expect, test } from "vitest";
import { loadModel } from "./load.ts";
import { array, instance } from "./testing/graph.ts";

test.each([
  ["1.7.2", [0, 0]],
  ["1.8.0", [0, 1]],
])("%s: an unknown value under handle_unknown=warn", (version, row) => {
  const model = loadModel(
    instance("sklearn.preprocessing._encoders.OneHotEncoder", {
      _sklearn_version: version,
      categories_: [array([1, 2, 3])],
      handle_unknown: "warn",
      drop: null,
      drop_idx_: null,
      sparse_output: false,
      dtype: { kind: "global", module: "numpy", name: "float64", offset: 0 },
      _infrequent_enabled: true,
      _infrequent_indices: [array([1, 2])],
      _default_to_infrequent_mappings: [array([0, 1, 1])],
      n_features_in_: 1,
    }),
  );
  expect(model.invoke("transform", { data: [9], shape: [1, 1] })).toMatchObject({
    data: Float64Array.from(row),
  });
});
