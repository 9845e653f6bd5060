import { type FileKind, NOTHING, type Reading } from "../model.ts";
import { TomlError } from "../text/toml.ts";
import { YamlError } from "../text/yaml.ts";
import { readConda, readMlmodel, readPythonEnv } from "./conda.ts";
import { readNpmLock, readPnpmLock, readYarnLock } from "./npm.ts";
import { readPipfile, readPipfileLock } from "./pipfile.ts";
import { readPyproject } from "./pyproject.ts";
import { readRequirements } from "./requirements.ts";
import { readSetupCfg } from "./setup-cfg.ts";
import { readSetupPy } from "./setup-py.ts";
import { readPdmLock, readPoetryLock, readPylock, readUvLock } from "./toml-locks.ts";

const READERS: Readonly<Record<FileKind, (text: string) => Reading>> = {
  requirements: (text) => readRequirements(text, "requirements"),
  constraints: (text) => readRequirements(text, "constraints"),
  pyproject: readPyproject,
  pipfile: readPipfile,
  "pipfile-lock": readPipfileLock,
  "poetry-lock": readPoetryLock,
  "uv-lock": readUvLock,
  "pdm-lock": readPdmLock,
  pylock: readPylock,
  "setup-cfg": readSetupCfg,
  "setup-py": readSetupPy,
  conda: readConda,
  "python-env": readPythonEnv,
  mlmodel: readMlmodel,
  "npm-lock": readNpmLock,
  "yarn-lock": readYarnLock,
  "pnpm-lock": readPnpmLock,
};

/** What a file says. A file that is not what its name says becomes a problem, never an empty reading. */
export function readText(kind: FileKind, text: string): Reading {
  try {
    return READERS[kind](text);
  } catch (error) {
    const offset = error instanceof TomlError ? error.offset : 0;
    const isKnown = error instanceof TomlError || error instanceof YamlError || error instanceof SyntaxError;
    // A stack or a pattern that ran out is the file's doing: everything else is ours.
    if (!isKnown && !(error instanceof RangeError)) throw error;
    const message = `the file is not read: ${error.message.split("\n", 1)[0] ?? ""}`;
    return { ...NOTHING, problems: [{ message, at: { start: offset, end: offset } }] };
  }
}
