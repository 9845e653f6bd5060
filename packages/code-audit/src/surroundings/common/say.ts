import type { Localized } from "../../model/text.ts";

/** A sentence in both languages. */
export function say(en: string, zh: string): Localized {
  return { en, zh };
}
