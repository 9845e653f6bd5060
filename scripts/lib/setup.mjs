// The set-up that `npm start` and `npm test` share. Runs on Node 20 and newer, before anything is installed.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { lastLine, run } from "./run.mjs";
import { say, SetupError } from "./say.mjs";

export const root = fileURLToPath(new URL("../../", import.meta.url));

const OLDEST_NODE = 20;
const WANTED_NODE = [24, 11];

/**
 * Packages, Node 24 and the build, each only when something changed since the last time.
 * @returns {Promise<string>} path of the Node to run everything else on
 */
export async function setUp() {
  checkMachine();
  await installPackages();
  const node = findNode();
  await build(node);
  return node;
}

/** @throws SetupError on a machine on which nothing of this can work */
export function checkMachine(version = process.versions.node, platform = process.platform) {
  if (Number(version.split(".")[0]) < OLDEST_NODE) {
    throw new SetupError(
      `this is Node ${version}: install Node ${OLDEST_NODE} or newer (24 is fetched by itself)`,
    );
  }
  if (platform === "win32") {
    throw new SetupError("Windows is not supported: run it inside WSL 2, where it is Linux");
  }
}

const installedStamp = join(root, "node_modules", ".modelkeep-installed");

/** Whether the packages are those that the lock and the manifests name now. */
export function isInstalled() {
  return existsSync(installedStamp) && readFileSync(installedStamp, "utf8") === installedDigest();
}

function installedDigest() {
  return digest([join(root, "package-lock.json"), join(root, "package.json"), ...manifests()]);
}

async function installPackages() {
  if (isInstalled()) return;
  const started = Date.now();
  say("installing packages (npm ci)");
  const { code, output } = await npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
  if (code !== 0) throw new SetupError(installProblem(output));
  writeFileSync(installedStamp, installedDigest());
  say(`packages installed in ${seconds(started)}`);
}

function installProblem(output) {
  if (output.includes("are in sync")) {
    return "package-lock.json does not fit package.json: run npm install and npm run lock:complete, then this again";
  }
  const error =
    output.split("\n").find((line) => /^npm (?:error|ERR!) (?!code)\S/u.test(line)) ?? lastLine(output);
  const advice = /ENOSPC/u.test(output) ? "free some disk space" : "check the network";
  return `npm ci failed (${error}): ${advice}, then run this again`;
}

function npm(args) {
  // Under `npm start` this names npm's own script, so the same npm is used.
  const script = process.env.npm_execpath;
  const [file, first] = script?.endsWith(".js") ? [process.execPath, [script]] : ["npm", []];
  return run(file, [...first, ...args], { cwd: root }).catch((error) => {
    throw new SetupError(`npm does not start (${error.message}): install npm beside Node`);
  });
}

function manifests() {
  const folder = join(root, "packages");
  return readdirSync(folder)
    .map((name) => join(folder, name, "package.json"))
    .filter((file) => existsSync(file));
}

/**
 * The Node that came as a package for this platform, else the running one when it is new enough.
 * @throws SetupError when there is neither
 */
export function findNode() {
  const name = `node-${process.platform}-${process.arch}`;
  const file = join(root, "node_modules", name, "bin", "node");
  if (existsSync(file)) return file;
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > WANTED_NODE[0] || (major === WANTED_NODE[0] && minor >= WANTED_NODE[1]))
    return process.execPath;
  throw new SetupError(
    `no package ${name} here and this is Node ${process.versions.node}: install Node ${WANTED_NODE.join(".")} or newer`,
  );
}

async function build(node) {
  const stamp = join(root, "node_modules", ".modelkeep-built");
  const wanted = sourcesDigest();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted && builtIsThere()) return;
  const started = Date.now();
  say("building");
  rmSync(stamp, { force: true });
  await buildStep(node, join(root, "node_modules", "typescript", "bin", "tsc"), "-b");
  // Without it everything works, but `modelkeep scan` starts twice as slowly.
  await buildStep(node, join(root, "packages", "modelkeep", "scripts", "bundle.mjs"));
  writeFileSync(stamp, wanted);
  say(`built in ${seconds(started)}`);
}

async function buildStep(node, ...args) {
  const { code, output } = await run(node, args, { cwd: root });
  if (code === 0) return;
  process.stderr.write(output);
  throw new SetupError("the build failed (messages above): correct the sources, then run this again");
}

function builtIsThere() {
  const dist = join(root, "packages", "modelkeep", "dist");
  return existsSync(join(dist, "main.js")) && existsSync(join(dist, "bundle", "manifest.json"));
}

// Sizes and times, not contents: the stamp must cost milliseconds, and the compiler looks closer by itself.
function sourcesDigest() {
  const hash = createHash("sha256");
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).toSorted((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (/\.(?:ts|tsx|json)$/u.test(entry.name)) {
        const { size, mtimeMs } = statSync(path);
        hash.update(`${path}\0${size}\0${mtimeMs}\n`);
      }
    }
  };
  for (const file of manifests()) {
    const source = join(file, "..", "src");
    if (existsSync(source)) walk(source);
    hash.update(readFileSync(join(file, "..", "tsconfig.json")));
  }
  hash.update(readFileSync(join(root, "tsconfig.base.json")));
  return hash.digest("hex");
}

function digest(files) {
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest("hex");
}

/** "3.4 s" since `started` (ms). */
export function seconds(started) {
  return `${((Date.now() - started) / 1000).toFixed(1)} s`;
}
