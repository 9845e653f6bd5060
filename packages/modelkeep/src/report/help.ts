/** `modelkeep report --help`: examples first. */
export const HELP = `Examples
  modelkeep report . --output-dir audit-report           index.html leads to all of it
  modelkeep report . --lang zh --output-dir report-zh
  modelkeep report . --baseline before.json --osv ./osv.zip --output-dir audit-report

Usage: modelkeep report PATH… --output-dir DIR [OPTIONS]

Writes for managers and for whoever mends it, each page as HTML and as Markdown:
  summary          what was found, the score, what would raise it most
  findings         each finding with its code, way of the data and fix; also findings.json and findings.sarif
  remediation      what to do, by priority
  comparison       before and after, with --baseline
  accepted-risks   what is accepted or silenced: by whom, why, until when
  dependencies     advisories and pins, where files declare dependencies; also dependencies.json and sbom.cdx.json

Options
  --output-dir DIR   where to; made when it is not there, files of these names in it are replaced
  --lang en|zh       language (default: by LANG)
  --fail-on SEVERITY exit 1 from this severity on: high, medium, low (default high)
  --osv PATH         folder or zip of OSV records to look dependencies up in; may be repeated
  --baseline FILE    a baseline, or a JSON or SARIF report of before
  --risks FILE       register of accepted risks (default modelkeep-risks.yaml, when it is there)
  --rules LIST       only these rules: ids, names, or the beginning of ids (MK22)
  --ignore LIST      not these rules
  -j, --jobs N       threads (default: one for each processor)
  -h, --help

Exit codes: 0 nothing from --fail-on on, 1 findings, 2 something could not be read or done.
`;
