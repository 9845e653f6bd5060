// Proves that the direction check can fail. dependency-cruiser passes everything, silently, when it cannot read
// TypeScript; so a violation is planted in a copy of the sources, and the check must find it there.
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./lib/run.mjs";
import { root } from "./lib/setup.mjs";

const PLANTED = [
  {
    rule: "direction-bytes",
    file: "packages/bytes/src/planted.ts",
    text: 'import "../../scanner/src/index.ts";\n',
  },
  {
    rule: "direction-formats",
    file: "packages/formats/src/planted.ts",
    text: 'import "@modelkeep/scanner";\n',
  },
  {
    rule: "direction-scanner",
    file: "packages/scanner/src/planted.ts",
    text: 'import type { Upstream } from "@modelkeep/gateway/upstream/index";\n',
  },
  { rule: "no-cycles", file: "packages/bytes/src/planted-a.ts", text: 'import "./planted-b.ts";\n' },
  { rule: "resolved", file: "packages/bytes/src/planted-c.ts", text: 'import "@modelkeep/nowhere";\n' },
];
const PLANTED_TOO = [{ file: "packages/bytes/src/planted-b.ts", text: 'import "./planted-a.ts";\n' }];

const depcruise = join(root, "node_modules", "dependency-cruiser", "bin", "dependency-cruiser.mjs");

async function violations(folder) {
  const packages = readdirSync(join(folder, "packages"));
  const sources = packages
    .map((name) => `packages/${name}/src`)
    .filter((path) => existsSync(join(folder, path)));
  const args = [depcruise, "--config", ".dependency-cruiser.cjs", "--output-type", "json", ...sources];
  const { stdout, output } = await run(process.execPath, args, { cwd: folder });
  if (!stdout.startsWith("{")) throw new Error(`dependency-cruiser did not answer:\n${output}`);
  const { summary } = JSON.parse(stdout);
  const found = summary.violations.map((v) => ({ rule: v.rule.name, from: v.from, to: v.to }));
  return { total: summary.totalCruised, found };
}

/** A copy of the packages in which our own imports lead to the copy, the libraries to the real folder. */
function copyOfSources(folder) {
  const copied = (path) => !/\/(?:node_modules|fixtures)(?:\/|$)/u.test(path.slice(root.length - 1));
  cpSync(join(root, "packages"), join(folder, "packages"), { recursive: true, filter: copied });
  for (const name of [".dependency-cruiser.cjs", "tsconfig.json", "tsconfig.base.json", "package.json"]) {
    cpSync(join(root, name), join(folder, name));
  }
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, "@modelkeep"), { recursive: true });
  for (const name of readdirSync(join(root, "node_modules"))) {
    if (name !== "@modelkeep") symlinkSync(join(root, "node_modules", name), join(modules, name));
  }
  for (const name of readdirSync(join(folder, "packages"))) {
    symlinkSync(join(folder, "packages", name), join(modules, "@modelkeep", name));
  }
}

async function planted() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "modelkeep-direction-")));
  try {
    copyOfSources(folder);
    for (const { file, text } of [...PLANTED, ...PLANTED_TOO]) writeFileSync(join(folder, file), text);
    return (await violations(folder)).found;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const real = await violations(root);
const found = await planted();
const missed = PLANTED.filter(({ rule, file }) => !found.some((v) => v.rule === rule && v.from === file));
for (const { rule, from, to } of real.found) console.log(`${rule}: ${from} → ${to}`);
for (const { rule, file } of missed) console.log(`the planted violation was not found: ${rule} in ${file}`);
if (real.total < 50) console.log(`only ${real.total} modules were read: the check sees too little`);
if (real.found.length > 0 || missed.length > 0 || real.total < 50) process.exitCode = 1;
else console.log(`${real.total} modules in one direction; ${PLANTED.length} planted violations found`);
