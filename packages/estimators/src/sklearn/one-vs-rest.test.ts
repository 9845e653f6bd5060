import { expect, test } from "vitest";
import { loadModel } from "../load.ts";
import { array, instance } from "../testing/graph.ts";

test.each([
  ["1.7.2", 30],
  ["1.8.0", 10],
])("of equal scores, scikit-learn %s answers class %i", (_sklearn_version, answer) => {
  const classifier = instance("sklearn.linear_model._ridge.RidgeClassifier", {
    coef_: array([0], [1, 1]),
    intercept_: array([0]),
    n_features_in_: 1,
    _sklearn_version,
    _label_binarizer: instance("sklearn.preprocessing._label.LabelBinarizer", {
      classes_: array([0, 1]),
      y_type_: "binary",
      _sklearn_version,
    }),
  });
  const model = instance("sklearn.multiclass.OneVsRestClassifier", {
    estimators_: [classifier, classifier, classifier],
    label_binarizer_: instance("sklearn.preprocessing._label.LabelBinarizer", {
      classes_: array([10, 20, 30]),
      y_type_: "multiclass",
      sparse_input_: false,
    }),
    n_features_in_: 1,
    _sklearn_version,
  });
  expect(loadModel(model).invoke("predict", { data: [5], shape: [1, 1] })).toMatchObject({
    data: Float64Array.of(answer),
  });
});
