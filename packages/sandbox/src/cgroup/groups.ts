import type { CageInfo } from "../driver.ts";
import type { SandboxLimits } from "../limits.ts";
import { WorkerGroup, sweep } from "./group.ts";
import { findPlaces, type Places } from "./places.ts";

const SMALL = { memoryBytes: 2 ** 24, threads: 4 };

let known: { readonly places: Places | undefined } | undefined;

/** Where this process can make groups: looked for once, by making one. */
function usable(): Places | undefined {
  if (known !== undefined) return known.places;
  const places = findPlaces();
  const trial = places === undefined ? undefined : WorkerGroup.make(places, SMALL);
  if (trial !== undefined) void trial.remove();
  if (places !== undefined && trial !== undefined) sweep(places);
  known = { places: trial === undefined ? undefined : places };
  return known.places;
}

/** What holds the memory of bubblewrap's workers on this machine. */
export function memoryHolder(): Exclude<CageInfo["memory"], "engine"> {
  const places = usable();
  return places === undefined ? "watch" : `cgroup v${places.version}`;
}

/** A group for one worker; undefined where none can be made: a watch holds it then. */
export function groupFor(limits: SandboxLimits): WorkerGroup | undefined {
  const places = usable();
  return places === undefined ? undefined : WorkerGroup.make(places, limits);
}
