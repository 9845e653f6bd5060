// The direction of dependencies (see ARCHITECTURE.md). Each package may import only what its row lists.
// `scripts/check-direction.mjs` proves that this check can fail, by planting a violation.
const allowed = {
  bytes: [],
  findings: [],
  "audit-log": ["findings"],
  formats: ["bytes"],
  scanner: ["formats", "findings", "bytes"],
  estimators: ["formats", "bytes"],
  signing: ["bytes"],
  mlflow: ["bytes"],
  sandbox: [],
  "model-io": [
    "audit-log",
    "scanner",
    "signing",
    "estimators",
    "mlflow",
    "sandbox",
    "formats",
    "findings",
    "bytes",
  ],
  gateway: [
    "audit-log",
    "model-io",
    "scanner",
    "signing",
    "estimators",
    "mlflow",
    "sandbox",
    "formats",
    "findings",
    "bytes",
  ],
  modelkeep: [
    "audit-log",
    "gateway",
    "model-io",
    "scanner",
    "signing",
    "estimators",
    "mlflow",
    "sandbox",
    "formats",
    "findings",
    "bytes",
  ],
  testkit: ["formats", "bytes"],
};

module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "resolved",
      comment: "an import of ours that leads nowhere would hide a violation: build first",
      severity: "error",
      from: { path: "^packages/[^/]+/src/", pathNot: "\\.test\\.ts$" },
      to: { path: "^@modelkeep/", couldNotResolve: true },
    },
    ...Object.entries(allowed).map(([name, targets]) => ({
      name: `direction-${name}`,
      comment: `packages/${name} may import only: ${targets.join(", ") || "nothing of ours"}`,
      severity: "error",
      from: { path: `^packages/${name}/src/`, pathNot: "\\.test\\.ts$" },
      to: { path: "^packages/([^/]+)/", pathNot: `^packages/(${[name, ...targets].join("|")})/` },
    })),
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    // Imports of other packages resolve to their built files: those are where an arrow ends, never where one starts.
    doNotFollow: { path: "(^|/)(dist|node_modules)/" },
    exclude: { path: "(^|/)node_modules/" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
  },
};
