// Matches of `modelkeep deps` beside `packaging` and the OSV schema's own evaluation, on random versions:
//   MODELKEEP_TEST_PYTHON=python node tools/deps/compare.mjs ZIP COUNT SEED
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { OsvDatabase } from "@modelkeep/deps";
import { isAffected } from "@modelkeep/deps/affected";
import { allows, parseSpecifier } from "@modelkeep/deps/version/specifier";
import { parseVersion } from "@modelkeep/deps/version/version";

const [zip = "packages/deps/fixtures/osv-pypi-2024-10-10-part.zip", count = "5000", seed = "1"] =
  process.argv.slice(2);
const python = process.env.MODELKEEP_TEST_PYTHON;
if (python === undefined) throw new Error("name a Python that has packaging in MODELKEEP_TEST_PYTHON");
const oracle = join(import.meta.dirname, "osv_oracle.py");
const { rows, odd } = JSON.parse(
  execFileSync(python, [oracle, "pairs", zip, count, seed], { maxBuffer: 2 ** 30 }).toString(),
);
const database = OsvDatabase.open(zip);

let wrong = 0;
let hits = 0;
for (const { name, version, ids, specifier, allows: allowed } of rows) {
  const known = database.known("PyPI", name).filter(({ affected }) => isAffected(affected, version));
  const own = [...new Set(known.map(({ advisory }) => advisory.id))].filter((id) => !odd.includes(id)).sort();
  const range = parseSpecifier(specifier);
  const own2 = range === undefined ? null : allows(range, parseVersion(version));
  hits += ids.length;
  if (own.join() === ids.join() && own2 === allowed) continue;
  wrong++;
  console.error(JSON.stringify({ name, version, ids, own, specifier, allowed, own2 }));
}
console.log(
  `${rows.length} versions, ${hits} matches, ${rows.length} specifiers: ${wrong} differ (${odd.length} records with a bound that is no version left out)`,
);
process.exitCode = wrong === 0 ? 0 : 1;
