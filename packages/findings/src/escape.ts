// Controls, formats (bidirectional overrides, zero-width, tags), lone surrogates, separators, private and unassigned.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Co}\p{Cn}]/gu;

/**
 * Text from a hostile file made safe to show: control characters, lone surrogates and characters that reorder or
 * hide text become `\u{…}`; longer than `limit` (UTF-16 units) is cut with an ellipsis.
 */
export function printable(text: string, limit = 500): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return cut.replace(UNPRINTABLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
