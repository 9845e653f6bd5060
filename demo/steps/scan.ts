import { join } from "node:path";
import { demand, type Step } from "../step.ts";

interface Line {
  readonly path: string;
  readonly verdict: string;
  readonly admitted: boolean;
  readonly coverage: { readonly bytes: number; readonly explained: number };
  readonly findings: readonly {
    readonly message: string;
    readonly evidence?: string;
    readonly location: { offset?: number };
  }[];
}

/** `modelkeep scan` explains the honest and the hostile file. */
export const scan: Step = {
  title: "modelkeep scan explains both files",
  async run(world) {
    const honest = world.path("honest");
    const script = [
      "import mlflow, sys",
      "mlflow.artifacts.download_artifacts(sys.argv[1], dst_path=sys.argv[2])",
    ];
    const { runProgram } = await import("../programs.ts");
    const download = await runProgram(
      world.python,
      ["-c", script.join("\n"), `models:/wine/${world.registered?.cloudpickle.version}`, honest],
      world.modelkeepEnvironment(),
      world.folder,
    );
    demand(download.code === 0, "the honest model can be downloaded", download.stderr);
    const files = [join(honest, "model.pkl"), world.path("hostile", "model.pkl")];
    const ended = await world.modelkeep(["scan", "--format", "jsonl", ...files]);
    demand(ended.code === 1, "the exit code is 1, because one file is not admitted", ended);
    const lines = ended.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Line);
    const [good, bad] = files.map((file) => lines.find((line) => line.path === file));
    demand(
      good?.admitted === true && good.coverage.bytes === good.coverage.explained,
      "the honest file is admitted, explained to the last byte",
      good,
    );
    demand(bad?.verdict === "malicious" && !bad.admitted, "the hostile file is malicious", bad);
    const [finding] = bad.findings;
    demand(
      finding !== undefined && JSON.stringify(finding).includes("subprocess"),
      "the finding names the call",
      bad,
    );
    return [
      `honest model.pkl: ${good.verdict}, ${good.coverage.explained} of ${good.coverage.bytes} bytes explained`,
      `hostile model.pkl: ${bad.verdict}, byte ${finding.location.offset ?? "?"}: ${finding.evidence ?? finding.message}`,
    ];
  },
};
