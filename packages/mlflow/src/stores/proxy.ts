import { artifactUrl, listArtifacts } from "../api/artifacts.ts";
import { withIdleLimit } from "../artifacts/idle.ts";
import type { Allowance } from "../artifacts/limits.ts";
import { checkName } from "../artifacts/names.ts";
import { MlflowError } from "../error.ts";
import { type Connection, shown } from "../http/connection.ts";
import { baseName } from "./flat.ts";
import type { Opened, RemoteFile, Resume, Store } from "./store.ts";

/** A folder of a MLflow server's artifact proxy. */
export function proxyStore(connection: Connection, root: string): Store {
  return {
    list: async (allowance) => await listProxy(connection, root, allowance),
    single: async (allowance) => {
      allowance.file(root);
      const file = remoteFile(connection, root, baseName(root), undefined);
      // A listing of nothing may be that of a file; only asking for it tells.
      try {
        const opened = await file.open(undefined);
        await opened?.cancel();
      } catch (error) {
        if (error instanceof MlflowError && (error.code === "not-found" || error.code === "invalid"))
          return undefined;
        throw error;
      }
      return file;
    },
  };
}

/**
 * All files below a folder of the artifact proxy.
 * @throws {MlflowError} `limit` for names that leave the folder, too many files, too deep folders
 */
async function listProxy(connection: Connection, root: string, allowance: Allowance): Promise<RemoteFile[]> {
  const files: RemoteFile[] = [];
  let level = [""];
  for (let depth = 0; level.length > 0; depth++) {
    allowance.depth(depth, level[0] ?? "");
    const deeper: string[] = [];
    for (const folder of level) {
      for (const entry of await listArtifacts(connection, join(root, folder))) {
        const path = join(folder, checkName(nameBelow(entry.name, folder), folder));
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
function nameBelow(name: string, folder: string): string {
  return folder !== "" && name.startsWith(`${folder}/`) ? name.slice(folder.length + 1) : name;
}

function remoteFile(
  connection: Connection,
  full: string,
  path: string,
  size: number | undefined,
): RemoteFile {
  const url = artifactUrl(connection, full);
  return {
    path,
    size,
    etag: undefined,
    key: `http ${shown(url)}`,
    open: async (resume, known) => await openUrl(connection, url, resume, known),
  };
}

async function openUrl(
  connection: Connection,
  url: URL,
  resume: Resume | undefined,
  known: string | undefined,
): Promise<Opened | undefined> {
  const headers: Record<string, string> = {};
  if (resume !== undefined) {
    headers["range"] = `bytes=${resume.from}-`;
    headers["if-range"] = resume.etag;
  } else if (known !== undefined) headers["if-none-match"] = known;
  const response = await answered(connection, url, headers);
  if (response === undefined) return await openUrl(connection, url, undefined, undefined);
  if (response.status === 304) {
    await response.body?.cancel();
    if (known === undefined) throw new MlflowError("malformed", `${shown(url)} answers 304 to no condition`);
    return undefined;
  }
  const { timeoutMilliseconds } = connection.settings;
  return {
    ...extent(response, resume, url),
    etag: strongTag(response.headers.get("etag")),
    body: withIdleLimit(response.body, timeoutMilliseconds, shown(url)),
    cancel: async () => await response.body?.cancel(),
  };
}

/** @returns undefined when the part that was asked for does not exist (any more): then all of it is asked for */
async function answered(
  connection: Connection,
  url: URL,
  headers: Readonly<Record<string, string>>,
): Promise<Response | undefined> {
  try {
    return await connection.download(url, headers);
  } catch (error) {
    if (headers["range"] === undefined || !(error instanceof MlflowError) || error.status !== 416)
      throw error;
    return undefined;
  }
}

/** Where the body of an answer begins, and how long the file is. @throws {MlflowError} `integrity` */
function extent(
  response: Response,
  resume: Resume | undefined,
  url: URL,
): { readonly from: number; readonly size: number | undefined } {
  const length = count(response.headers.get("content-length"));
  if (response.status !== 206) return { from: 0, size: length };
  const range = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/u.exec(
    response.headers.get("content-range") ?? "",
  );
  const [, first = "", last = "", total = ""] = range ?? [];
  if (range === null || resume === undefined || Number(first) !== resume.from)
    throw new MlflowError("integrity", `${shown(url)} sent another part than was asked for`);
  return { from: resume.from, size: total === "*" ? Number(last) + 1 : Number(total) };
}

/** A weak mark says "much the same", which is not enough to put bytes together. */
function strongTag(etag: string | null): string | undefined {
  return etag !== null && /^"[\u0021\u0023-\u007e]{1,1000}"$/u.test(etag) ? etag : undefined;
}

function count(text: string | null): number | undefined {
  return text !== null && /^\d{1,15}$/u.test(text) ? Number(text) : undefined;
}

function join(folder: string, name: string): string {
  return folder === "" ? name : name === "" ? folder : `${folder}/${name}`;
}
