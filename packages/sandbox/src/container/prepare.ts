import { chmod, cp, mkdir, readdir, realpath, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { inspectPython } from "../bubblewrap/python.ts";
import { SandboxError } from "../error.ts";
import type { SandboxedModelOptions } from "../options.ts";
import type { ContainerView } from "./arguments.ts";
import { type ContainerEngine, type ContainerOptions, last, tell } from "./engine.ts";

/** What all containers of one model have in common. */
export type Shown = Omit<ContainerView, "name" | "label">;

const SYSTEM_LIBRARIES = ["/usr/lib", "/usr/lib64", "/usr/lib32", "/lib", "/lib64"];
/** An image of nothing, for engines that run no folder. Made here: nothing is fetched. */
const EMPTY_IMAGE = "modelkeep-empty:1";
/** The end of an archive without members: two blocks of zeros (POSIX pax, "ustar Interchange Format"). */
const EMPTY_ARCHIVE = new Uint8Array(10_240);

type Wanted = Pick<ContainerOptions, "image" | "rootfs"> &
  Pick<SandboxedModelOptions, "python" | "trusted" | "modelFolder">;

/**
 * Makes ready what containers show: the model's copy, an empty /sys, and a root.
 * @throws {SandboxError} `unavailable`
 */
export async function prepare(folder: string, engine: ContainerEngine, wanted: Wanted): Promise<Shown> {
  const [model, system] = [join(folder, "model"), join(folder, "sys")];
  await mkdir(join(system, "fs", "cgroup"), { recursive: true });
  await openToAll(system);
  await cp(wanted.modelFolder, model, { recursive: true });
  await openToAll(model);
  const common = { model, system };
  const own = wanted.trusted === false;
  if (wanted.image !== undefined || wanted.rootfs !== undefined) {
    if (own)
      throw unavailable(
        "an image brings its own Python: leave sandbox.image and sandbox.rootfs out, or choose the managed environment",
      );
    return { ...common, root: await ownRoot(engine, wanted), host: undefined };
  }
  const python = await inspectPython(wanted.python, !own);
  const host = { python, libraries: await existing(SYSTEM_LIBRARIES) };
  if (engine.dialect === "docker") return { ...common, root: { image: await emptyImage(engine) }, host };
  return { ...common, root: { folder: await emptyRoot(folder, python.links) }, host };
}

async function ownRoot(engine: ContainerEngine, { image, rootfs }: Wanted): Promise<Shown["root"]> {
  if (image === undefined) {
    const found = rootfs === undefined ? undefined : await stat(rootfs).catch(() => undefined);
    if (rootfs !== undefined && found?.isDirectory() === true) return { folder: await realpath(rootfs) };
    throw unavailable(`sandbox.rootfs ${rootfs} is no folder: name one that holds an unpacked image`);
  }
  if (/^[\w][\w./:@+-]{0,300}$/u.test(image) && (await hasImage(engine, image))) return { image };
  throw unavailable(
    `${engine.dialect} has no image ${JSON.stringify(image)}: pull or build it first, nothing is fetched here`,
  );
}

async function hasImage({ program, before }: ContainerEngine, image: string): Promise<boolean> {
  return (await tell(program, [...before, "image", "inspect", "--format", "{{.Id}}", image])).code === 0;
}

async function emptyImage(engine: ContainerEngine): Promise<string> {
  if (await hasImage(engine, EMPTY_IMAGE)) return EMPTY_IMAGE;
  const made = await tell(
    engine.program,
    [...engine.before, "import", "-", EMPTY_IMAGE],
    undefined,
    EMPTY_ARCHIVE,
  );
  if (made.code === 0) return EMPTY_IMAGE;
  throw unavailable(`${engine.dialect} cannot make an empty image (${last(made)})`);
}

/** Runtimes give a tmpfs the rights of the folder that is there: /scratch is left to them. */
async function emptyRoot(folder: string, links: readonly { readonly path: string }[]): Promise<string> {
  const root = join(folder, "root");
  for (const path of ["proc", "dev", "sys", "keep", "model"])
    await mkdir(join(root, path), { recursive: true });
  for (const { path } of links) await mkdir(join(root, dirname(path)), { recursive: true });
  return root;
}

/** The worker is nobody, and the verified files are their owner's alone. The folder above keeps others out. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openToAll(path);
    else if (entry.isFile()) await chmod(path, 0o644);
  }
}

async function existing(paths: readonly string[]): Promise<string[]> {
  const seen = await Promise.all(paths.map(async (path) => await realpath(path).catch(() => undefined)));
  return paths.filter((_, index) => seen[index] !== undefined);
}

function unavailable(message: string): SandboxError {
  return new SandboxError("unavailable", message);
}
