/** `modelkeep score --help`: examples first. */
export const HELP = `Examples
  modelkeep score .                              0 to 100, what it is made of, what would raise it most
  modelkeep score . --osv ./osv.zip              with dependencies, looked up in these advisories
  modelkeep score . --fail-under 80              exit 1 below 80
  modelkeep score . --format html --lang zh -o score.html

Usage: modelkeep score PATH… [OPTIONS]

Options
  --format FORMAT     text, json, markdown, html (default text)
  -o, --output FILE   write it there instead of to standard output
  --lang en|zh        language (default: by LANG)
  --fail-under N      exit 1 when the score is below N
  --osv PATH          folder or zip of OSV records to look dependencies up in; may be repeated
  --baseline FILE     only says what changed: what a baseline knows counts in full
  --risks FILE        register of accepted risks (default modelkeep-risks.yaml, when it is there)
  --rules LIST        only these rules: ids, names, or the beginning of ids (MK22)
  --ignore LIST       not these rules
  -j, --jobs N        threads (default: one for each processor)
  -h, --help

Exit codes: 0 well, 1 below --fail-under, 2 something could not be read or done.
`;
