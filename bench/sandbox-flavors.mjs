// Other flavors in the cage: made by the real libraries, signed, loaded in the sandbox, compared with mlflow.pyfunc.
// Usage: npm run sandbox:flavors [-- FLAVOR…]. Needs MODELKEEP_TEST_PYTHON (its uv makes the environments) and PyPI; the
// environments are kept in MODELKEEP_FLAVORS, default .modelkeep/flavors. Writes docs/bench/sandbox-flavors.md.
import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { SecureMLflowLoader } from "@modelkeep/model-io";
import { SandboxedModel } from "@modelkeep/sandbox";
import { parseTrust } from "@modelkeep/model-io/trust/policy-file";
import { hashModel } from "@modelkeep/signing/hash/model";
import { parsePrivateKey } from "@modelkeep/signing/methods/private-key";
import { keySigner } from "@modelkeep/signing/methods/sign-key";
import { signManifest } from "@modelkeep/signing/sign";

/** Flavor → environment, and environment → what is installed beside MLflow. */
const FLAVORS = {
  statsmodels: "stats",
  arima: "stats",
  prophet: "stats",
  pyfunc: "stats",
  torchscript: "torch",
  torchpickle: "torch",
  torchexport: "torch",
  keras: "keras",
};
const PACKAGES = {
  stats: ["statsmodels", "scikit-learn", "prophet"],
  torch: ["torch"],
  keras: ["tensorflow-cpu", "keras"],
};
const TOLERANCE = 1e-6;
const ROOT = join(import.meta.dirname, "..");
const base = process.env.MODELKEEP_TEST_PYTHON;
if (!base) throw new Error("set MODELKEEP_TEST_PYTHON to a Python that has MLflow and uv");
const folder = mkdtempSync(join(tmpdir(), "flavors-"));
const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
const publicKey = pair.publicKey.export({ type: "spki", format: "pem" }).toString();
const trust = parseTrust(
  { signers: { release: { key: publicKey } }, rules: [{ signers: ["release"], permit: "executable" }] },
  "trust",
  folder,
);

function environment(name) {
  const venv = join(process.env.MODELKEEP_FLAVORS || join(ROOT, ".modelkeep", "flavors"), name);
  const python = join(venv, "bin", "python");
  if (existsSync(python)) return python;
  const uv = join(dirname(base), "uv");
  const mlflow = execFileSync(base, ["-c", "import mlflow; print(mlflow.__version__)"], { encoding: "utf8" });
  mkdirSync(dirname(venv), { recursive: true });
  execFileSync(uv, ["venv", "--quiet", "--python", base, venv], { stdio: "inherit" });
  const packages = [`mlflow==${mlflow.trim()}`, ...PACKAGES[name]];
  execFileSync(uv, ["pip", "install", "--quiet", "--python", python, ...packages], { stdio: "inherit" });
  return python;
}

async function sign(model) {
  const key = parsePrivateKey(Buffer.from(pair.privateKey.export({ type: "pkcs8", format: "pem" })), "key");
  writeFileSync(join(model, "model.sig"), await signManifest(await hashModel(model, {}), keySigner(key)));
}

function differs(expected, actual, path = "predictions") {
  if (typeof expected === "number" && typeof actual === "number") {
    const apart = Math.abs(expected - actual) / Math.max(1, Math.abs(expected));
    return apart <= TOLERANCE ? undefined : `${path}: ${actual} instead of ${expected}`;
  }
  if (typeof expected !== "object" || expected === null)
    return Object.is(expected, actual)
      ? undefined
      : `${path}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`;
  const names = Object.keys(expected);
  if (typeof actual !== "object" || actual === null || Object.keys(actual).length !== names.length)
    return `${path} has another shape`;
  return names.map((name) => differs(expected[name], actual[name], `${path}.${name}`)).find(Boolean);
}

async function tried(flavor) {
  const [place, python] = [join(folder, flavor), environment(FLAVORS[flavor])];
  mkdirSync(place);
  const env = {
    ...process.env,
    TF_CPP_MIN_LOG_LEVEL: "3",
    MLFLOW_DISABLE_TELEMETRY: "true",
    CUDA_VISIBLE_DEVICES: "",
  };
  execFileSync(python, [join(ROOT, "tools/sandbox/flavors.py"), flavor, place], {
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  await sign(join(place, "model"));
  const { document, predictions, versions } = JSON.parse(readFileSync(join(place, "expected.json"), "utf8"));
  const model = join(place, "model");
  const started = performance.now();
  const admission = await admitted(model, python);
  const answer = await caged(model, python, document);
  const seconds = (performance.now() - started) / 1000;
  const wrong = differs(predictions, answer);
  if (wrong !== undefined) throw new Error(wrong);
  return { admission, seconds, versions };
}

/** What the loader says of it, signature included. */
async function admitted(model, python) {
  const loader = await SecureMLflowLoader.open({ trust, cache: false, sandbox: { python } });
  try {
    const { verdict, engine } = await loader.safeLoadModel(model);
    return `${verdict}, signed: ${engine}`;
  } catch (error) {
    if (error.code !== "NOT_ADMITTED") throw error;
    return `refused: ${error.message.slice(0, 120)}…`;
  } finally {
    await loader[Symbol.asyncDispose]();
  }
}

/** The cage alone, without admission: whether it lets the flavor work. */
async function caged(modelFolder, python, document) {
  const model = await SandboxedModel.load({ python, modelFolder });
  try {
    const output = await model.predict({ kind: "document", text: JSON.stringify(document) });
    return JSON.parse(output.text).predictions;
  } finally {
    await model[Symbol.asyncDispose]();
  }
}

const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(FLAVORS);
const rows = [];
let failed = 0;
for (const flavor of wanted) {
  if (!Object.hasOwn(FLAVORS, flavor))
    throw new Error(`no flavor ${flavor}: ${Object.keys(FLAVORS).join(", ")}`);
  let row;
  try {
    const { admission, seconds, versions } = await tried(flavor);
    const named = Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(", ");
    row = [flavor, "equal", admission.replaceAll("|", "/"), `${seconds.toFixed(1)} s`, named];
  } catch (error) {
    failed++;
    const said = String(error.stderr ?? error.message)
      .trim()
      .split("\n")
      .at(-1);
    row = [flavor, `no: ${said.slice(0, 200).replaceAll("|", "/")}`, "", "", ""];
  }
  rows.push(row);
  console.log(row.join(" · "));
}
rmSync(folder, { recursive: true, force: true });
if (process.argv.length === 2) {
  const head = [
    "flavor",
    "in the cage, beside mlflow.pyfunc",
    "admission of the signed model",
    "both, with imports",
    "versions",
  ];
  const table = [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
  writeFileSync(
    join(ROOT, "docs/bench/sandbox-flavors.md"),
    `# Other flavors in the cage\n\n\`npm run sandbox:flavors\`: models of the real libraries, in bubblewrap with the default limits; predictions beside those of \`mlflow.pyfunc\` in its own process, equal within ${TOLERANCE} relative. Whether the loader admits the same model, signed by a trusted key, is the scanner's matter and stands beside. Node ${process.versions.node}, ${process.platform} ${process.arch}.\n\n${table}\n`,
  );
}
process.exitCode = failed === 0 ? 0 : 1;
