import type { Language } from "../model/text.ts";
import type { AuditDocument } from "./document.ts";
import type { AuditMessages } from "./messages/messages.ts";

type Writer = (document: AuditDocument) => string;

/** The formats of the audit's report. Each is loaded when it is used. */
const LOADERS = {
  text: async () => (await import("./text.ts")).text,
  json: async () => (await import("./json.ts")).json,
  sarif: async () => (await import("./sarif.ts")).sarif,
  html: async () => (await import("./html.ts")).html,
  markdown: async () => (await import("./markdown.ts")).markdown,
} as const satisfies Record<string, () => Promise<Writer>>;

export type AuditFormat = keyof typeof LOADERS;

export const AUDIT_FORMATS: readonly string[] = Object.keys(LOADERS);

export function isAuditFormat(text: string): text is AuditFormat {
  return Object.hasOwn(LOADERS, text);
}

/** @returns what turns a document into the text of a report, with a line end at its end */
export async function loadAuditWriter(format: AuditFormat): Promise<Writer> {
  return await LOADERS[format]();
}

const MESSAGES = {
  en: async () => (await import("./messages/en.ts")).en,
  zh: async () => (await import("./messages/zh.ts")).zh,
} as const satisfies Record<Language, () => Promise<AuditMessages>>;

export const LANGUAGES: readonly string[] = Object.keys(MESSAGES);

export function isLanguage(text: string): text is Language {
  return Object.hasOwn(MESSAGES, text);
}

export async function loadAuditMessages(language: Language): Promise<AuditMessages> {
  return await MESSAGES[language]();
}
