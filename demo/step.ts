import type { World } from "./world.ts";

/** One step of the story. `run` throws when it does not hold; what it returns are the facts that it proved. */
export interface Step {
  readonly title: string;
  run(world: World): Promise<readonly string[]>;
}

/** Ends the step with what was expected and what came instead. */
export class StepFailed extends Error {
  override readonly name = "StepFailed";
}

/** @throws StepFailed with `what` when `holds` is false; `seen` is added for whoever must find out why */
export function demand(holds: boolean, what: string, seen?: unknown): asserts holds {
  if (holds) return;
  const detail =
    seen === undefined ? "" : `\n${typeof seen === "string" ? seen : JSON.stringify(seen, null, 2)}`;
  throw new StepFailed(`${what}${detail}`);
}
