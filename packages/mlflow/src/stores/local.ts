import { constants } from "node:fs";
import { type FileHandle, lstat, open, readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Allowance } from "../artifacts/limits.ts";
import { checkName } from "../artifacts/names.ts";
import { MlflowError } from "../error.ts";
import type { RemoteFile, Store } from "./store.ts";

const PIECE_BYTES = 2 ** 20;

/** A folder of this machine. Nothing marks its files' bytes, so they are always read. */
export function localStore(root: string): Store {
  return {
    list: async (allowance) => await listLocal(root, allowance),
    single: async (allowance) => {
      const stat = await lstat(root).catch(() => undefined);
      if (stat?.isFile() !== true) return undefined;
      allowance.file(root);
      return localFile(root, basename(root));
    },
  };
}

/**
 * All regular files below a folder of this machine.
 * @throws {MlflowError} `limit` for links and special files, `not-found`
 */
async function listLocal(root: string, allowance: Allowance): Promise<RemoteFile[]> {
  const files: RemoteFile[] = [];
  await requireFolder(root);
  let level = [""];
  for (let depth = 0; level.length > 0; depth++) {
    allowance.depth(depth, level[0] ?? "");
    const deeper: string[] = [];
    for (const folder of level) {
      for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
        const path = folder === "" ? checkName(entry.name, "") : `${folder}/${checkName(entry.name, folder)}`;
        allowance.file(path);
        if (entry.isDirectory()) deeper.push(path);
        else if (entry.isFile()) files.push(localFile(join(root, path), path));
        else throw new MlflowError("limit", `${path} is a link or a special file: a model holds files only`);
      }
    }
    level = deeper;
  }
  return files;
}

function localFile(full: string, path: string): RemoteFile {
  const opened = async (): ReturnType<RemoteFile["open"]> => ({
    from: 0,
    size: undefined,
    etag: undefined,
    body: pieces(full, path),
    // Opened when it is first read.
    cancel: async () => undefined,
  });
  return { path, size: undefined, etag: undefined, key: `local ${full}`, open: opened };
}

async function requireFolder(root: string): Promise<void> {
  let isFolder: boolean;
  try {
    const stat = await lstat(root);
    // The folder itself may be a link that the caller named; what lies below may not.
    isFolder = stat.isDirectory() || stat.isSymbolicLink();
  } catch (cause) {
    throw new MlflowError("not-found", `there is no folder ${root}: check the path`, { cause });
  }
  if (!isFolder) throw new MlflowError("not-found", `${root} is no folder: name a MLflow model's folder`);
}

async function* pieces(path: string, name: string): AsyncGenerator<Uint8Array> {
  const file = await openRegular(path, name);
  try {
    for (;;) {
      const buffer = Buffer.allocUnsafeSlow(PIECE_BYTES);
      const { bytesRead } = await file.read(buffer, 0, PIECE_BYTES);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

async function openRegular(path: string, name: string): Promise<FileHandle> {
  // The listing said that it is a regular file; it may have been swapped since: ask the descriptor.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  let file: FileHandle;
  try {
    file = await open(path, flags);
  } catch (cause) {
    throw new MlflowError("integrity", `${name} changed while it was read: is somebody writing there?`, {
      cause,
    });
  }
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw new MlflowError("integrity", `${name} is no regular file any more: is somebody writing there?`);
}
