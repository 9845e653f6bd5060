/** Characters that no page, terminal or table should get: control, reordering, invisible, lone surrogates. */
const HARMFUL =
  /(?![\t\n\r])[\p{Cc}\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Cs}/gu;
/** What a spreadsheet takes for a formula at the start of a cell. A number such as -1 or +2e3 is none. */
const FORMULA = /^\s*(?:=|@|\+(?![\d.])|-(?![\d.]))/u;
const NUMBER = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/u;
const SIGNED_EXPRESSION = /^\s*[+-][\d.].*[(!|]/u;

/**
 * Text made harmless where it will be shown: markup becomes look-alike characters, a formula gets an apostrophe,
 * template brackets are parted. What is plain stays as it is, so values compare equal to what was logged.
 */
export function neutralise(text: string): string {
  const visible = text.replaceAll(
    HARMFUL,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
  const inert = visible
    // A < that opens a tag, a comment or an end tag; `a < b` stays.
    .replaceAll(/<(?=[a-z!/?])/giu, "‹")
    .replaceAll(/\b(javascript|vbscript|data)(?=:\s*[^\s])/giu, (scheme, name: string) =>
      name.toLowerCase() === "data" ? scheme : `${name}\u2024`,
    )
    .replaceAll("{{", "{ {")
    .replaceAll("{%", "{ %")
    .replaceAll("${", "$ {")
    .replaceAll("#{", "# {");
  const formula = !NUMBER.test(inert) && (FORMULA.test(inert) || SIGNED_EXPRESSION.test(inert));
  return formula ? `'${inert}` : inert;
}
