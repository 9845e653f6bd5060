import { artifactUrl, listArtifacts } from "../api/artifacts.ts";
import { MlflowError } from "../error.ts";
import { type Connection, shown } from "../http/connection.ts";
import type { Allowance } from "./limits.ts";
import { checkName } from "./names.ts";
import { withIdleLimit } from "./idle.ts";

/** A file that a listing names. */
export interface RemoteFile {
  /** Relative to the folder that was listed. */
  readonly path: string;
  readonly size: number | undefined;
  readonly open: () => AsyncIterable<Uint8Array>;
}

/**
 * All files below a folder of the artifact proxy.
 * @throws {MlflowError} `limit` for names that leave the folder, too many files, too deep folders
 */
export async function listProxy(
  connection: Connection,
  root: string,
  allowance: Allowance,
): Promise<RemoteFile[]> {
  const files: RemoteFile[] = [];
  let level = [""];
  for (let depth = 0; level.length > 0; depth++) {
    allowance.depth(depth, level[0] ?? "");
    const deeper: string[] = [];
    for (const folder of level) {
      for (const entry of await listArtifacts(connection, join(root, folder))) {
        const path = join(folder, checkName(baseName(entry.name, folder), folder));
        allowance.file(path);
        if (entry.isFolder) deeper.push(path);
        else files.push(remoteFile(connection, join(root, path), path, entry.size));
      }
    }
    level = deeper;
  }
  return files;
}

// Most stores answer names relative to the listed folder, some the path from its root: then it must be that folder.
function baseName(name: string, folder: string): string {
  return folder !== "" && name.startsWith(`${folder}/`) ? name.slice(folder.length + 1) : name;
}

function remoteFile(
  connection: Connection,
  full: string,
  path: string,
  size: number | undefined,
): RemoteFile {
  return { path, size, open: () => stream(connection, full, size) };
}

async function* stream(
  connection: Connection,
  path: string,
  size: number | undefined,
): AsyncGenerator<Uint8Array> {
  const url = artifactUrl(connection, path);
  const response = await connection.download(url);
  const announced = Number(response.headers.get("content-length") ?? size ?? Number.NaN);
  let received = 0;
  const { timeoutMilliseconds } = connection.settings;
  for await (const piece of withIdleLimit(response.body, timeoutMilliseconds, shown(url))) {
    received += piece.byteLength;
    yield piece;
  }
  const wanted = [announced, size].filter(
    (count): count is number => count !== undefined && !Number.isNaN(count),
  );
  if (wanted.some((count) => count !== received)) {
    throw new MlflowError(
      "integrity",
      `${shown(url)} announced ${wanted.join(" and ")} bytes and sent ${received}`,
    );
  }
}

function join(folder: string, name: string): string {
  return folder === "" ? name : name === "" ? folder : `${folder}/${name}`;
}
