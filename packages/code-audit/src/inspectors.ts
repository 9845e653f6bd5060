import type { Inspector } from "./inspector.ts";
import type { FileKind } from "./model/source.ts";
import { SURROUNDINGS } from "./surroundings/inspectors.ts";

/** Every inspector. A kind may have several. */
export const INSPECTORS: readonly Inspector[] = [...SURROUNDINGS];

/** @returns those that look into files of a kind */
export function inspectorsOf(kind: FileKind): readonly Inspector[] {
  return INSPECTORS.filter(({ kinds }) => kinds.includes(kind));
}
