/** `modelkeep scan --help`: examples first. */
export const HELP = `Examples
  modelkeep scan model.pkl                       one file
  modelkeep scan ./mlruns                        everything below a folder; model folders as whole models
  modelkeep scan models:/football@champion       whatever MLflow's URIs name
  cat model.pkl | modelkeep scan -               standard input
  modelkeep scan . --format sarif -o scan.sarif  for code scanning
  modelkeep scan model.pkl --trace               the pickle as pseudo-code

Usage: modelkeep scan PATH|URI… [OPTIONS]

Options
  --format FORMAT    text, json, jsonl, sarif, cyclonedx, html, markdown (default text)
  -o, --output FILE  write the report there instead of to standard output
  --policy FILE      what is admitted, which names are allowed besides the list, limits (YAML)
  -j, --jobs N       worker threads (default: as many as are worth it)
  --fail-on VERDICT  exit 1 from this verdict on (default: whatever is not admitted)
  --trace            also print each object graph as pseudo-code
  -h, --help

Verdicts, mildest first
  inert         reads data; nothing is called
  allowlisted   calls only listed constructors, inside their contracts
  executable    runs code that came with the model, by design
  unanalyzable  cannot be fully explained
  malicious     reaches what no model needs

Exit codes: 0 everything is admitted, 1 something is not, 2 something could not be read.
`;
