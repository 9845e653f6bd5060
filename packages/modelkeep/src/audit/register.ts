import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { ModelkeepError } from "@modelkeep/findings";
import { type AcceptedRisk, checkRiskFile, checkRisks } from "@modelkeep/findings/risks/register";
import { configFile } from "../config.ts";

/** Read when it is there, without being asked for. */
const DEFAULT_FILE = "modelkeep-risks.yaml";

/**
 * The accepted risks in force: those of the register's file, then those of `modelkeep.yaml`.
 * @param file named by the user; then it has to be there
 * @param accepted `audit.accepted` of the configuration
 * @throws {ModelkeepError} `CONFIGURATION`, `NOT_FOUND`
 */
export async function readRegister(
  file: string | undefined,
  accepted: readonly unknown[],
): Promise<readonly AcceptedRisk[]> {
  const path = file ?? DEFAULT_FILE;
  const isThere = existsSync(path);
  if (file !== undefined && !isThere) {
    throw new ModelkeepError(
      "NOT_FOUND",
      `${file}: there is no such register of accepted risks: check the path`,
    );
  }
  return [
    ...(isThere ? await fromFile(path) : []),
    ...(accepted.length > 0 ? await configured(accepted) : []),
  ];
}

async function fromFile(path: string): Promise<readonly AcceptedRisk[]> {
  const { data, lineOf } = await readYaml(path, ["accepted"]);
  return checkRiskFile(data, path, lineOf);
}

async function configured(accepted: readonly unknown[]): Promise<readonly AcceptedRisk[]> {
  const path = configFile() ?? "modelkeep.yaml";
  const { lineOf } = await readYaml(path, ["audit", "accepted"]);
  return checkRisks(accepted, { file: relative(process.cwd(), path), key: "audit.accepted", lineOf });
}

async function readYaml(path: string, key: readonly string[]) {
  const { LineCounter, isNode, parseDocument } = await import("yaml");
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(path, "utf8"), { uniqueKeys: true, lineCounter: lines });
  const [problem] = document.errors;
  if (problem !== undefined) {
    const what = problem.message.split("\n", 1)[0] ?? "is no YAML";
    throw new ModelkeepError("CONFIGURATION", `${path} ${what}: see docs/audit-reports.md`);
  }
  const lineOf = (index: number): number => {
    const node: unknown = document.getIn([...key, index], true);
    return isNode(node) && node.range ? lines.linePos(node.range[0]).line : 1;
  };
  let data: unknown;
  try {
    data = document.toJS({ maxAliasCount: 0 });
  } catch (cause) {
    throw new ModelkeepError(
      "CONFIGURATION",
      `${path} uses aliases, which are not expanded: see docs/audit-reports.md`,
      {
        cause,
      },
    );
  }
  return { data, lineOf };
}
