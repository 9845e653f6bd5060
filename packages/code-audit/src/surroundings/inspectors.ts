import type { Inspector } from "../inspector.ts";
import { inspectDockerfile } from "./dockerfile/inspect.ts";
import { inspectRequirements } from "./requirements/inspect.ts";
import { inspectShell } from "./shell/inspect.ts";

/** Everything around Python that is looked at, by kind of file. */
export const SURROUNDINGS: readonly Inspector[] = [
  { kinds: ["shell"], inspect: inspectShell },
  { kinds: ["requirements"], inspect: inspectRequirements },
  { kinds: ["dockerfile"], inspect: inspectDockerfile },
];
