import { setFlagsFromString } from "node:v8";

/**
 * Makes the engine optimise functions ten times later than it would. A signature is made or verified in some 50 ms,
 * nearly all of them in native code; what the optimiser makes of the rest meanwhile, in threads of its own, is ready
 * when nobody needs it any more, and costs a sixth of the processor time. Whatever runs longer is optimised all the same.
 */
export function compileLate(): void {
  setFlagsFromString("--invocation-count-for-maglev=4000");
  setFlagsFromString("--invocation-count-for-maglev-osr=4000");
  setFlagsFromString("--invocation-count-for-osr=4000");
  setFlagsFromString("--invocation-count-for-turbofan=30000");
}
