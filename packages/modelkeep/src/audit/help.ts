/** `modelkeep audit --help`: examples first. */
export const HELP = `Examples
  modelkeep audit .                                 Python, notebooks, MLmodel, containers, workflows below here
  modelkeep audit src train.ipynb --fail-on medium
  modelkeep audit . --format sarif --omit-suppressed -o audit.sarif    for code scanning
  modelkeep audit . --format html --lang zh -o audit.html
  modelkeep audit . --write-baseline baseline.json  remember what is there today …
  modelkeep audit . --baseline baseline.json        … and fail only for what is new
  modelkeep audit --explain MK2910                  what a rule means, and what to do
  cat load.py | modelkeep audit -                   standard input

Usage: modelkeep audit PATH… [OPTIONS]

Options
  --format FORMAT        text, json, sarif, html, markdown (default text)
  -o, --output FILE      write the report there instead of to standard output
  --lang en|zh           language of the report (default: by LANG)
  --fail-on SEVERITY     exit 1 from this severity on: high, medium, low (default high)
  --strict               exit 1 also for files that were audited in part
  --baseline FILE        a baseline, or a JSON or SARIF report of before: only what is new counts
  --write-baseline FILE  write one of all findings
  --omit-suppressed      leave out what comments and the register silence (for GitHub, which shows it as open)
  --risks FILE           register of accepted risks (default modelkeep-risks.yaml, when it is there)
  --rules LIST           only these rules: ids, names, or the beginning of ids (MK22)
  --ignore LIST          not these rules
  --fix                  rewrite to the safe form what can be rewritten
  --diff                 show what --fix would change, and change nothing
  --explain RULE         print a rule's page; "all" lists the rules
  --stdin-filename NAME  what - would be called as a file (default stdin.py)
  -j, --jobs N           threads (default: one for each processor)
  -h, --help

A finding is silenced by a comment on its line or the line above:
  # modelkeep: ignore[RULE] reason                    the reason is required
  # modelkeep: ignore[RULE, RULE] reason until=2027-01-31

Exit codes: 0 nothing from --fail-on on, 1 findings, 2 something could not be read or done.
`;
