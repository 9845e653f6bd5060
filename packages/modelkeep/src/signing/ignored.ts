import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { UsageError } from "../command.ts";

/**
 * Turns paths as given on the command line, relative to the working directory, into paths of the model.
 * @param model folder or file
 * @throws {UsageError} for a path that is not inside of the model, or is the model itself
 */
export function ignoredPaths(model: string, given: readonly string[]): string[] {
  return given.map((path) => {
    const inside = pathInside(model, path);
    if (inside === undefined) {
      const meant = existsSync(join(model, path)) ? join(model, path) : undefined;
      throw new UsageError(
        `--ignore-paths ${JSON.stringify(path)} is not inside of the model`,
        meant === undefined ? "paths count from the working directory" : `did you mean ${meant}`,
      );
    }
    if (inside === ".") {
      throw new UsageError(
        `--ignore-paths ${JSON.stringify(path)} would leave nothing of the model`,
        "name a part of it",
      );
    }
    return inside;
  });
}

/** A path's place in the model, `/` between parts, `.` for the model itself; undefined when it is outside. */
export function pathInside(model: string, path: string): string | undefined {
  const place = relative(real(model), real(path));
  if (place === "") return ".";
  if (place === ".." || place.startsWith(`..${sep}`) || resolve(place) === place) return undefined;
  return place.split(sep).join("/");
}

/** Absolute, with the links of all folders above followed, but not a link that the path itself is. */
function real(path: string): string {
  const absolute = resolve(path);
  const parent = dirname(absolute);
  if (parent === absolute) return absolute;
  return join(existsSync(parent) ? realpathSync(parent) : real(parent), basename(absolute));
}
