import type { Step } from "./step.ts";
import { attack } from "./steps/attack.ts";
import { audit } from "./steps/audit.ts";
import { noKey } from "./steps/no-key.ts";
import { predict } from "./steps/predict.ts";
import { scan } from "./steps/scan.ts";
import { start } from "./steps/start.ts";
import { tamper } from "./steps/tamper.ts";
import { threat } from "./steps/threat.ts";
import { train } from "./steps/train.ts";

/** The story, in order. `npm start -- --demo` tells it, `tests/story.test.ts` checks it: the same code. */
export const story: readonly Step[] = [start, train, noKey, attack, threat, scan, predict, audit, tamper];
