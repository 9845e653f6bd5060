import { callables, classes } from "../contracts/build.ts";
import { distance, newDistance } from "../contracts/neighbors.ts";
import type { AllowEntry } from "../entry.ts";

const EVIDENCE = "scikit-learn 1.0 to 1.9";

/** Named only as the argument of `newObj`. `PyFuncDistance` is left out: it calls a function of Python for each distance. */
export const ENTRIES: readonly AllowEntry[] = [
  ...callables("sklearn.metrics._dist_metrics", "newObj", newDistance, EVIDENCE),
  ...classes(
    "sklearn.metrics._dist_metrics",
    "BrayCurtisDistance BrayCurtisDistance32 BrayCurtisDistance64 CanberraDistance CanberraDistance32 CanberraDistance64 ChebyshevDistance ChebyshevDistance32 ChebyshevDistance64 DiceDistance DiceDistance32 DiceDistance64 EuclideanDistance EuclideanDistance32 EuclideanDistance64 HammingDistance HammingDistance32 HammingDistance64 HaversineDistance HaversineDistance32 HaversineDistance64 JaccardDistance JaccardDistance32 JaccardDistance64 KulsinskiDistance MahalanobisDistance MahalanobisDistance32 MahalanobisDistance64 ManhattanDistance ManhattanDistance32 ManhattanDistance64 MatchingDistance MatchingDistance32 MatchingDistance64 MinkowskiDistance MinkowskiDistance32 MinkowskiDistance64 RogersTanimotoDistance RogersTanimotoDistance32 RogersTanimotoDistance64 RussellRaoDistance RussellRaoDistance32 RussellRaoDistance64 SEuclideanDistance SEuclideanDistance32 SEuclideanDistance64 SokalMichenerDistance SokalMichenerDistance32 SokalMichenerDistance64 SokalSneathDistance SokalSneathDistance32 SokalSneathDistance64",
    distance,
    EVIDENCE,
  ),
  // Before 1.0 distances lived beside the neighbours.
  ...callables("sklearn.neighbors._dist_metrics", "newObj", newDistance, "scikit-learn 0.24"),
  ...classes(
    "sklearn.neighbors._dist_metrics",
    "BrayCurtisDistance CanberraDistance ChebyshevDistance DiceDistance EuclideanDistance HammingDistance HaversineDistance JaccardDistance MahalanobisDistance ManhattanDistance MatchingDistance MinkowskiDistance RogersTanimotoDistance RussellRaoDistance SEuclideanDistance SokalMichenerDistance SokalSneathDistance",
    distance,
    "scikit-learn 0.24",
  ),
];
