import { printable } from "@modelkeep/findings";
import { en } from "./en.ts";
import { zh } from "./zh.ts";

export type Lang = "en" | "zh";
export type MessageKey = keyof typeof en;

/** A sentence that is not yet in a language. */
export interface Said {
  readonly key: MessageKey;
  readonly args: readonly string[];
}

export function say(key: MessageKey, ...args: readonly string[]): Said {
  return { key, args };
}

const CATALOGS: Readonly<Record<Lang, Readonly<Record<MessageKey, string>>>> = { en, zh };

/** The sentence in a language: `{0}` is the first argument. */
export function tell({ key, args }: Said, lang: Lang = "en"): string {
  const catalog = CATALOGS[lang];
  return catalog[key].replaceAll(/\{(\d)\}/gu, (_all, at: string) => {
    const value = args[Number(at)] ?? "";
    // A part of a sentence that is itself translated.
    return isKey(value) ? catalog[value.slice(PART.length) as MessageKey] : printable(value, 300);
  });
}

const PART = "\0";

/** A part of a sentence that is translated with it. */
export function part(key: MessageKey): string {
  return PART + key;
}

function isKey(value: string): boolean {
  return value.startsWith(PART) && Object.hasOwn(en, value.slice(PART.length));
}
