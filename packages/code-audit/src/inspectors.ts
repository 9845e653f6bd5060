import type { Inspector } from "./inspector.ts";
import type { FileKind } from "./model/source.ts";
import { pythonInspector } from "./python/inspector.ts";
import { SURROUNDINGS } from "./surroundings/inspectors.ts";

/** Every inspector. A kind may have several. */
export const INSPECTORS: readonly Inspector[] = [pythonInspector, ...SURROUNDINGS];

/** @returns those that look into files of a kind */
export function inspectorsOf(kind: FileKind): readonly Inspector[] {
  return INSPECTORS.filter(({ kinds }) => kinds.includes(kind));
}
