/** `modelkeep deps --help`: examples first. */
export const HELP = `Examples
  modelkeep deps . --osv pypi-all.zip                   all files of dependencies below a folder
  modelkeep deps requirements.txt --osv records/        one file, and what it includes
  modelkeep deps . --osv all.zip --format sarif -o deps.sarif   for code scanning
  modelkeep deps model/ --osv all.zip --fail-on medium  the environment of a MLflow model
  modelkeep deps . --online                             ask the OSV service, and the index of pip or uv
  modelkeep deps . --osv all.zip --fix --diff           show what --fix would change

Usage: modelkeep deps PATH… [OPTIONS]

Options
  --osv PATH          folder or zip of OSV records (as OSV offers for PyPI and npm); may be repeated
  --online            ask the OSV service, and the index for withdrawn releases, vulnerabilities and hashes
  --osv-url URL       the service's address (default https://api.osv.dev)
  --index-url URL     the index, …/simple (default: what pip's or uv's configuration names)
  --fix               raise vulnerable pins to the nearest safe version within the project's constraints
  --diff              with --fix: show it as a diff, change nothing
  --format FORMAT     text, json, sarif, cyclonedx, markdown (default text)
  -o, --output FILE   write the report there instead of to standard output
  --lang LANG         en or zh, of text and markdown (default en)
  --fail-on SEVERITY  exit 1 from this severity on: critical, high, medium, low (default high)
  --max-age DAYS      say that advisories older than this are old (default 30)
  --require-hashes    every requirement of a requirements file must have a hash
  -h, --help

Read: requirements and constraints files with what they include, pyproject.toml, Pipfile, setup.cfg, setup.py (constant
lists only), locks of pipenv, poetry, uv, pdm, pip (pylock.toml), npm, yarn and pnpm, conda environments, and the
environments of MLflow models.

An advisory that says no severity counts as high.
Exit codes: 0 all was looked up and nothing reaches --fail-on, 1 something does, 2 something was not read or not looked
up (no advisories given is such a case): that is never a clean bill.
`;
