import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { inspectEnvironment } from "@modelkeep/gateway/upstream/environment";
import { findPython } from "@modelkeep/gateway/upstream/find-python";
import { type Diagnosis, failed, ok, warning } from "./diagnosis.ts";

/** The nearest folder that exists, from `path` upwards. */
export async function existing(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() === true || dirname(path) === path ? path : await existing(dirname(path));
}

/** Keys' hashes, the audit log and quarantined models lie here: nobody else may read or write it. */
export async function checkDataFolder(folder: string): Promise<Diagnosis> {
  const subject = "data folder";
  const found = await stat(folder).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error) return await checkAbsent(folder, found);
  if (!found.isDirectory()) return failed(subject, `${folder} is no folder`, "name a folder with --data");
  if (process.getuid !== undefined && found.uid !== process.getuid()) {
    return failed(
      subject,
      `${folder} belongs to user ${found.uid}`,
      "run as that user, or choose another --data",
    );
  }
  const mode = found.mode & 0o777;
  if ((mode & 0o077) !== 0) {
    return failed(subject, `${folder} is open to others (mode ${mode.toString(8)})`, `chmod 700 ${folder}`);
  }
  if (await isWritable(folder)) return ok(subject, folder);
  return failed(subject, `${folder} cannot be written`, "give yourself the right, or choose another --data");
}

async function checkAbsent(folder: string, error: NodeJS.ErrnoException): Promise<Diagnosis> {
  if (error.code !== "ENOENT") return failed("data folder", error.message, "choose another --data");
  const parent = await existing(folder);
  if (await isWritable(parent))
    return ok("data folder", `${folder} (not there yet: the first start makes it)`);
  return failed("data folder", `${parent} cannot be written`, "choose another --data");
}

async function isWritable(folder: string): Promise<boolean> {
  return await access(folder, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** A Python from which the managed environment can be made. */
export async function checkPython(env: NodeJS.ProcessEnv): Promise<Diagnosis> {
  try {
    const { file, version } = await findPython(env);
    return ok("Python", `${file} (${version.join(".")})`);
  } catch (error) {
    const [what, advice] = split(error instanceof Error ? error.message : String(error));
    return failed("Python", what, advice);
  }
}

/** The managed environment with MLflow, or the one that `MODELKEEP_PYTHON` names. */
export async function checkEnvironment(dataDir: string, env: NodeJS.ProcessEnv): Promise<Diagnosis> {
  const subject = "Python environment";
  const { python, problem } = await inspectEnvironment({ dataDir, env });
  if (problem === undefined) return ok(subject, python);
  if (problem === "absent") return ok(subject, "not there yet: npm start makes it");
  if (env["MODELKEEP_PYTHON"] !== undefined) {
    return failed(subject, `MODELKEEP_PYTHON is ${problem}`, "name a Python that has MLflow, or unset it");
  }
  return warning(subject, problem, "the next npm start makes it again");
}

function split(message: string): [string, string] {
  const colon = message.lastIndexOf(": ");
  return colon < 0 ? [message, "see README.md"] : [message.slice(0, colon), message.slice(colon + 2)];
}
