const UNPRINTABLE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff]|\u{e0000}|[\u{e0001}-\u{e007f}]/gu;

/**
 * Text from a hostile file made safe to show: control characters, lone surrogates and characters that reorder or
 * hide text become `\u{…}`; longer than `limit` (UTF-16 units) is cut with an ellipsis.
 */
export function printable(text: string, limit = 500): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return cut.replace(UNPRINTABLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
