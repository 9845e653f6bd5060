// `npm run catboost:compare -- FOLDER`: models of catboost_models.py, the native engine's answers beside CatBoost's own.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bufferSource } from "@modelkeep/bytes";
import { loadBoosterFile } from "@modelkeep/estimators/load";

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error("name the folder that catboost_models.py filled");
  process.exit(2);
}

const number = (value) => (value === null ? Number.NaN : Number(value));

function inputOf({ X, columns }) {
  const [first = []] = X;
  if (columns === null) return { data: Float64Array.from(X.flat(), number), shape: [X.length, first.length] };
  return {
    columns: new Map(columns.map((name, at) => [name, Float64Array.from(X, (row) => number(row[at]))])),
  };
}

function equals(got, want) {
  if (typeof want !== "number") return got === want || (typeof want === "boolean" && Boolean(got) === want);
  return Math.abs(got - want) <= 1e-9 * Math.abs(want) + 1e-15;
}

function isEqual(got, { shape, dtype, data }) {
  const alike = JSON.stringify(got.shape) === JSON.stringify(shape) && got.dtype === dtype;
  return alike && data.every((want, at) => equals(got.data[at], want));
}

const files = readdirSync(folder);
const tally = { equal: 0, refused: 0, wrong: 0 };
for (const name of files.filter((file) => file.endsWith(".expected"))) {
  const record = JSON.parse(readFileSync(join(folder, name), "utf8"));
  const file = files.find((one) => one.startsWith(name.slice(0, -8)) && one !== name);
  let model;
  try {
    model = loadBoosterFile(
      bufferSource(readFileSync(join(folder, file)), file),
      `catboost.core.${record.class}`,
    );
  } catch (error) {
    if (error.code !== "unsupported") throw error;
    tally.refused++;
    console.log(`refused ${file}: ${error.message}`);
    continue;
  }
  for (const [method, want] of Object.entries(record.expected)) {
    const equal = isEqual(model.invoke(method, inputOf(record)), want);
    tally[equal ? "equal" : "wrong"]++;
    if (!equal) console.log(`WRONG ${file}: ${method}`);
  }
}
console.log(JSON.stringify(tally));
process.exit(tally.wrong === 0 && tally.equal > 0 ? 0 : 1);
