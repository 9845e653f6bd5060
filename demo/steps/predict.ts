import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { withoutPython } from "../no-python.ts";
import { type Ended, runProgram } from "../programs.ts";
import { demand, type Step } from "../step.ts";
import { modelkeepCommand, type World } from "../world.ts";

const TOLERANCE = 1e-9;

/** Native prediction of both forms, equal to scikit-learn's own, with every started program traced. */
export const predict: Step = {
  title: "modelkeep predict answers as scikit-learn does, natively: no Python process is started",
  async run(world) {
    const facts: string[] = [];
    for (const uri of ["models:/wine@champion", `models:/wine/${world.registered?.cloudpickle.version}`]) {
      for (const method of ["predict", "predict_proba"]) {
        const prediction = { world, uri, method };
        const inSandbox = await predictWithoutPython(prediction);
        facts.push(`${uri} ${method}, where no Python is: differs by at most ${inSandbox.toExponential(1)}`);
        if (existsSync(STRACE)) facts.push(await predictTraced(prediction));
      }
    }
    return facts;
  },
};

const STRACE = "/usr/bin/strace";

interface Prediction {
  readonly world: World;
  readonly uri: string;
  readonly method: string;
}

/** Answers in a sandbox without any Python. @returns the largest difference from scikit-learn's answer */
async function predictWithoutPython(prediction: Prediction): Promise<number> {
  const { world } = prediction;
  const [bwrap = "", ...args] = withoutPython(commandOf(prediction), world.folder);
  const probe = withoutPython(
    ["/bin/sh", "-c", "echo started; command -v python3 python"],
    world.folder,
  ).slice(1);
  const found = await runProgram(bwrap, probe, world.modelkeepEnvironment(), world.folder);
  demand(found.stdout === "started\n", "the sandbox starts and has no Python", found);
  return await outcome(prediction, await runProgram(bwrap, args, world.modelkeepEnvironment(), world.folder));
}

/** Answers under strace, which sees every program that is started. */
async function predictTraced(prediction: Prediction): Promise<string> {
  const { world, uri, method } = prediction;
  const trace = world.path("trace.txt");
  const args = ["-f", "-qq", "-e", "trace=execve,execveat", "-o", trace, ...commandOf(prediction)];
  const difference = await outcome(
    prediction,
    await runProgram(STRACE, args, world.modelkeepEnvironment(), world.folder),
  );
  const started = startedPrograms(await readFile(trace, "utf8"));
  demand(
    started.some((program) => program.endsWith("/node")),
    "the trace saw Node start",
    started,
  );
  const foreign = started.filter((program) => !/\/(?:modelkeep|node|sh|dash|readlink)$/u.test(program));
  demand(foreign.length === 0, "only the shell and Node were started", foreign);
  return `${uri} ${method}, traced: differs by at most ${difference.toExponential(1)}; started: ${names(started)}`;
}

function commandOf({ world, uri, method }: Prediction): string[] {
  const files = ["-i", world.path("input.json"), "-o", world.path("output.json"), "-t", "json"];
  return [modelkeepCommand(), "predict", "-m", uri, ...files, "--engine", "native", "--method", method];
}

async function outcome({ world, uri, method }: Prediction, ended: Ended): Promise<number> {
  demand(ended.code === 0, `modelkeep predict -m ${uri} --method ${method} ends with 0`, ended.stderr);
  const expected = (await world.readJson("expected.json")) as Record<string, unknown>;
  const { predictions } = (await world.readJson("output.json")) as { predictions: unknown };
  await rm(world.path("output.json"));
  const difference = largestDifference(predictions, expected[method]);
  demand(difference <= TOLERANCE, `${uri} ${method} equals scikit-learn to ${TOLERANCE}`, { difference });
  return difference;
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
