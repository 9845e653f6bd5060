import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { runProgram } from "../programs.ts";
import { demand, type Step } from "../step.ts";
import { modelkeepCommand, type World } from "../world.ts";

const TOLERANCE = 1e-9;

/** Native prediction of both forms, equal to scikit-learn's own, with every started program traced. */
export const predict: Step = {
  title: "modelkeep predict answers as scikit-learn does, natively: no Python process is started",
  async run(world) {
    const expected = (await world.readJson("expected.json")) as Record<string, unknown>;
    const facts: string[] = [];
    for (const uri of ["models:/wine@champion", `models:/wine/${world.registered?.cloudpickle.version}`]) {
      for (const method of ["predict", "predict_proba"]) {
        const started = await tracedPrediction(world, uri, method);
        const { predictions } = (await world.readJson("output.json")) as { predictions: unknown };
        const difference = largestDifference(predictions, expected[method]);
        demand(difference <= TOLERANCE, `${uri} ${method} equals scikit-learn to ${TOLERANCE}`, {
          difference,
        });
        const foreign = started.filter((program) => !/\/(?:modelkeep|node|sh|dash|readlink)$/u.test(program));
        demand(foreign.length === 0, "only the shell and Node were started", foreign);
        facts.push(
          `${uri} ${method}: differs by at most ${difference.toExponential(1)}; started: ${names(started)}`,
        );
      }
    }
    return facts;
  },
};

async function tracedPrediction(world: World, uri: string, method: string): Promise<readonly string[]> {
  const trace = world.path("trace.txt");
  const command = [modelkeepCommand(), "predict", "-m", uri, "-i", world.path("input.json"), "-t", "json"];
  const options = ["-o", world.path("output.json"), "--engine", "native", "--method", method];
  const strace = ["-f", "-qq", "-e", "trace=execve,execveat", "-o", trace];
  demand(existsSync("/usr/bin/strace"), "strace is installed (Debian: apt-get install strace)");
  const ended = await runProgram(
    "/usr/bin/strace",
    [...strace, ...command, ...options],
    world.modelkeepEnvironment(),
    world.folder,
  );
  demand(ended.code === 0, `modelkeep predict -m ${uri} --method ${method} ends with 0`, ended.stderr);
  return startedPrograms(await readFile(trace, "utf8"));
}

/** Programs that were really started, by path, in order. */
export function startedPrograms(trace: string): readonly string[] {
  return [...trace.matchAll(/execve(?:at)?\((?:AT_FDCWD, )?"([^"]+)".*\) = 0$/gmu)].map(
    (match) => match[1] ?? "",
  );
}

function names(programs: readonly string[]): string {
  return programs.map((program) => program.split("/").at(-1)).join(", ");
}

/** Largest absolute difference between two nested lists of numbers of the same shape; infinite when shapes differ. */
export function largestDifference(left: unknown, right: unknown): number {
  if (typeof left === "number" && typeof right === "number") return Math.abs(left - right);
  if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length)
    return Number.POSITIVE_INFINITY;
  return left.reduce<number>(
    (worst, item, index) => Math.max(worst, largestDifference(item, right[index])),
    0,
  );
}
