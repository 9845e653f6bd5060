import type { Inspector } from "../inspector.ts";
import { inspectCompose } from "./compose/inspect.ts";
import { inspectConda } from "./conda/inspect.ts";
import { inspectDockerfile } from "./dockerfile/inspect.ts";
import { inspectGitlab } from "./gitlab/inspect.ts";
import { inspectKubernetes } from "./kubernetes/inspect.ts";
import { inspectMlmodel } from "./mlmodel/inspect.ts";
import { inspectMlproject } from "./mlproject/inspect.ts";
import { inspectMagics, mayHaveMagics } from "./notebook/magics.ts";
import { inspectPyproject } from "./pyproject/inspect.ts";
import { inspectRequirements } from "./requirements/inspect.ts";
import { inspectEnv } from "./settings/inspect-env.ts";
import { inspectIni } from "./settings/inspect-ini.ts";
import { inspectYaml, mayHoldSettings } from "./settings/inspect-yaml.ts";
import { inspectShell } from "./shell/inspect.ts";
import { inspectWorkflow } from "./workflow/inspect.ts";

/** Everything around Python that is looked at, by kind of file. */
export const SURROUNDINGS: readonly Inspector[] = [
  { kinds: ["shell"], inspect: inspectShell },
  { kinds: ["requirements"], inspect: inspectRequirements },
  { kinds: ["dockerfile"], inspect: inspectDockerfile },
  { kinds: ["compose"], inspect: inspectCompose },
  { kinds: ["kubernetes"], inspect: inspectKubernetes },
  { kinds: ["conda"], inspect: inspectConda },
  { kinds: ["pyproject"], inspect: inspectPyproject },
  { kinds: ["mlmodel"], inspect: inspectMlmodel },
  { kinds: ["mlproject"], inspect: inspectMlproject },
  { kinds: ["env"], inspect: inspectEnv },
  { kinds: ["workflow"], inspect: inspectWorkflow },
  { kinds: ["gitlab-ci"], inspect: inspectGitlab },
  { kinds: ["yaml"], concerns: mayHoldSettings, inspect: inspectYaml },
  { kinds: ["notebook"], concerns: mayHaveMagics, inspect: inspectMagics },
  { kinds: ["ini"], inspect: inspectIni },
];
