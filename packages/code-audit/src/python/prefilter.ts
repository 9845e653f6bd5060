/** Placeholder until words are known: every text concerns. */
export function concernsText(text: string): boolean {
  return text.length > 0;
}
