import { references } from "../contracts/build.ts";
import type { AllowEntry } from "../entry.ts";

const EVIDENCE = "scikit-learn 1.0 to 1.9";

/**
 * Functions that estimators hold by reference. Each only computes on arrays: none opens a file or a connection.
 * Left out: `sklearn.datasets` (downloads and reads files), `sklearn.utils._testing`, `sklearn.show_versions`.
 */
const FUNCTIONS: readonly (readonly [module: string, names: string])[] = [
  ["sklearn.cluster._kmeans", "_kmeans_single_elkan _kmeans_single_lloyd"],
  ["sklearn.feature_selection._mutual_info", "mutual_info_classif mutual_info_regression"],
  ["sklearn.feature_selection._univariate_selection", "chi2 f_classif f_regression r_regression"],
  [
    "sklearn.metrics._classification",
    "accuracy_score balanced_accuracy_score brier_score_loss class_likelihood_ratios classification_report cohen_kappa_score confusion_matrix d2_brier_score d2_log_loss_score f1_score fbeta_score hamming_loss hinge_loss jaccard_score log_loss matthews_corrcoef multilabel_confusion_matrix precision_recall_fscore_support precision_score recall_score zero_one_loss",
  ],
  [
    "sklearn.metrics._ranking",
    "auc average_precision_score confusion_matrix_at_thresholds coverage_error dcg_score det_curve label_ranking_average_precision_score label_ranking_loss metric_at_thresholds ndcg_score precision_recall_curve roc_auc_score roc_curve top_k_accuracy_score",
  ],
  [
    "sklearn.metrics._regression",
    "d2_absolute_error_score d2_pinball_score d2_tweedie_score explained_variance_score max_error mean_absolute_error mean_absolute_percentage_error mean_gamma_deviance mean_pinball_loss mean_poisson_deviance mean_squared_error mean_squared_log_error mean_tweedie_deviance median_absolute_error r2_score root_mean_squared_error root_mean_squared_log_error",
  ],
  [
    "sklearn.metrics._scorer",
    "_passthrough_scorer check_scoring get_scorer get_scorer_names make_scorer negative_likelihood_ratio positive_likelihood_ratio",
  ],
  ["sklearn.metrics.cluster._bicluster", "consensus_score"],
  [
    "sklearn.metrics.cluster._supervised",
    "adjusted_mutual_info_score adjusted_rand_score completeness_score fowlkes_mallows_score homogeneity_completeness_v_measure homogeneity_score mutual_info_score normalized_mutual_info_score pair_confusion_matrix rand_score v_measure_score",
  ],
  [
    "sklearn.metrics.cluster._unsupervised",
    "calinski_harabasz_score davies_bouldin_score silhouette_samples silhouette_score",
  ],
  [
    "sklearn.metrics.pairwise",
    "additive_chi2_kernel chi2_kernel cosine_distances cosine_similarity euclidean_distances haversine_distances laplacian_kernel linear_kernel manhattan_distances nan_euclidean_distances pairwise_distances pairwise_distances_argmin pairwise_distances_argmin_min pairwise_distances_chunked pairwise_kernels polynomial_kernel rbf_kernel sigmoid_kernel",
  ],
  [
    "sklearn.preprocessing._data",
    "add_dummy_feature binarize maxabs_scale minmax_scale normalize power_transform quantile_transform robust_scale scale",
  ],
  // Chooses the best row of a table of results.
  ["sklearn.model_selection._search_successive_halving", "_refit_callable"],
  ["sklearn.preprocessing._label", "label_binarize"],
  ["sklearn.utils.validation", "check_array"],
];

export const ENTRIES: readonly AllowEntry[] = FUNCTIONS.flatMap(([module, names]) =>
  references(module, names, EVIDENCE),
);
