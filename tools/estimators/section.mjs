// One generated section of a page, between two comments; the rest of the page stays.

/** The page with the section of that name in place, or at its end. */
export function writeSection(page, name, text) {
  const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
  const block = `${start}\n\n${text}\n${end}`;
  const from = page.indexOf(start);
  if (from < 0) return `${page.trimEnd()}\n\n${block}\n`;
  const to = page.indexOf(end, from);
  return `${page.slice(0, from)}${block}${to < 0 ? "\n" : page.slice(to + end.length)}`;
}

/** The sections that other commands wrote into a page, to be put under a new text. */
export function sectionsOf(page) {
  const from = page.indexOf("<!-- ");
  return from < 0 ? "" : `\n${page.slice(from)}`;
}
