/** A sentence in each language of the reports. Both are always there: a report never mixes them. */
export interface Localized {
  readonly en: string;
  readonly zh: string;
}

export type Language = keyof Localized;
