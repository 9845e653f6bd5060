import { constants } from "node:fs";
import { chmod, copyFile, link, mkdir, readdir, rm, stat } from "node:fs/promises";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { makeOwnFolder } from "./own-folder.ts";

/** One model as workers see it. */
export interface Slot extends AsyncDisposable {
  /** Its name below the folder of slots. */
  readonly name: string;
}

/**
 * The folder through which models come to a template that runs already: it is shown to the template as a whole, and a
 * worker sees one slot of it. Files are linked into it, or copied where links cannot be made.
 */
export class Slots implements AsyncDisposable {
  readonly folder: string;
  readonly #forget: () => void;
  #count = 0;

  private constructor(folder: string) {
    this.folder = folder;
    const atExit = (): void => rmSync(folder, { recursive: true, force: true });
    process.once("exit", atExit);
    this.#forget = () => process.off("exit", atExit);
  }

  /** @param modelFolder a model that will come: links need its file system */
  static async make(modelFolder: string): Promise<Slots> {
    return new Slots(await makeOwnFolder(await parentFor(modelFolder), "modelkeep-cages"));
  }

  async add(modelFolder: string): Promise<Slot> {
    const name = `m${this.#count++}`;
    const folder = join(this.folder, name);
    await bring(modelFolder, folder);
    return { name, [Symbol.asyncDispose]: async () => await remove(folder) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#forget();
    await remove(this.folder);
  }
}

/** The system's temporary folder, or when the model lies on another file system, the folder beside it. */
export async function parentFor(modelFolder: string, temporary = tmpdir()): Promise<string> {
  const [there, here] = await Promise.all([stat(modelFolder), stat(temporary)]);
  return there.dev === here.dev ? temporary : dirname(modelFolder);
}

async function bring(from: string, to: string): Promise<void> {
  await mkdir(to, { mode: 0o700 });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await bring(source, target);
    // A quarantined model holds folders and files only; what else appears there is not shown.
    else if (entry.isFile()) await linkOrCopy(source, target);
  }
}

async function linkOrCopy(source: string, target: string): Promise<void> {
  try {
    await link(source, target);
  } catch {
    // Another file system, a file of somebody else, or one that has as many links as it can have.
    await copyFile(source, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    await chmod(target, 0o400);
  }
}

async function remove(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
