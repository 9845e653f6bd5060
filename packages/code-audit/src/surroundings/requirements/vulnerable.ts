import type { Severity } from "@modelkeep/findings";

/** One published vulnerability of a package: versions from `from` (default: all) up to `fixed`, exclusive. */
interface Known {
  readonly id: string;
  readonly fixed: string;
  readonly severity: Severity;
}

/** Day of the newest record in the table. */
export const TABLE_DATE = "2026-05-26";

/**
 * Packages that load models or serve them, the newest serious record first. From the Python Packaging Advisory Database
 * (2024-10-10) and MLflow's later advisories. A first look only: `modelkeep deps` reads whole databases.
 */
const TABLE: ReadonlyMap<string, readonly Known[]> = new Map([
  [
    "mlflow",
    [
      { id: "CVE-2022-0736", fixed: "1.23.1", severity: "high" },
      { id: "CVE-2023-1177", fixed: "2.2.1", severity: "critical" },
      { id: "CVE-2023-2780", fixed: "2.3.1", severity: "critical" },
      { id: "CVE-2023-6831", fixed: "2.9.2", severity: "high" },
      { id: "CVE-2024-4263", fixed: "2.10.1", severity: "high" },
      { id: "CVE-2026-2651", fixed: "3.10.0", severity: "high" },
      { id: "CVE-2026-4137", fixed: "3.11.0", severity: "high" },
    ],
  ],
  ["pyyaml", [{ id: "CVE-2020-14343", fixed: "5.4", severity: "critical" }]],
  ["joblib", [{ id: "CVE-2022-21797", fixed: "1.2.0", severity: "high" }]],
  ["scikit-learn", [{ id: "CVE-2020-13092", fixed: "0.23.1", severity: "medium" }]],
  [
    "torch",
    [
      { id: "CVE-2022-45907", fixed: "1.13.1", severity: "high" },
      { id: "CVE-2025-32434", fixed: "2.6.0", severity: "critical" },
    ],
  ],
  ["transformers", [{ id: "CVE-2023-7018", fixed: "4.36.0", severity: "high" }]],
  ["keras", [{ id: "CVE-2025-1550", fixed: "3.9.0", severity: "high" }]],
  ["tensorflow", [{ id: "CVE-2023-25668", fixed: "2.11.1", severity: "high" }]],
  ["onnx", [{ id: "CVE-2024-5187", fixed: "1.16.2", severity: "high" }]],
  ["lightgbm", [{ id: "CVE-2024-43598", fixed: "4.6.0", severity: "high" }]],
  ["skops", [{ id: "CVE-2025-54886", fixed: "0.13.0", severity: "high" }]],
  ["bentoml", [{ id: "CVE-2025-27520", fixed: "1.4.3", severity: "critical" }]],
  ["numpy", [{ id: "CVE-2019-6446", fixed: "1.16.1", severity: "high" }]],
  ["gunicorn", [{ id: "CVE-2024-1135", fixed: "22.0.0", severity: "high" }]],
]);

/** The first record that an exact version falls under, the one with the least fixed version. */
export function knownVulnerability(name: string, version: string): Known | undefined {
  const parsed = release(version);
  if (parsed === undefined) return undefined;
  return TABLE.get(name)?.find(({ fixed }) => precedes(parsed, release(fixed) ?? []));
}

/** The numbers of a release; local and post parts do not matter here, pre-releases count as their release. */
function release(version: string): readonly number[] | undefined {
  const text = /^v?(?:0!)?(\d+(?:\.\d+){0,5})/u.exec(version.trim())?.[1];
  return text?.split(".").map(Number);
}

function precedes(a: readonly number[], b: readonly number[]): boolean {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
