/** Bundles nest seven deep; deeper documents are refused before anybody recurses into them. */
export const MAX_DEPTH = 32;
/** A model of half a million files needs two million values. */
export const MAX_VALUES = 4_000_000;
