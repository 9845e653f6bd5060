import type { Verdict } from "../verdict.ts";

/** Every sentence that reports put around findings, in one language. A further language is a further file of this shape. */
export interface Messages {
  readonly language: string;
  readonly title: string;
  readonly admitted: string;
  readonly refused: string;
  readonly verdicts: Readonly<Record<Verdict, string>>;
  readonly columns: {
    readonly verdict: string;
    readonly path: string;
    readonly format: string;
    readonly size: string;
    readonly sha256: string;
    readonly coverage: string;
    readonly severity: string;
    readonly rule: string;
    readonly message: string;
    readonly location: string;
    readonly evidence: string;
    readonly help: string;
  };
  readonly model: string;
  readonly findings: string;
  readonly nothingFound: string;
  offset(offset: number): string;
  line(line: number): string;
  summary(files: number, admitted: number, refused: number, models: number): string;
}

export const en: Messages = {
  language: "en",
  title: "Modelkeep scan report",
  admitted: "admitted",
  refused: "refused",
  verdicts: {
    inert: "loading it reads data; nothing is called",
    allowlisted: "loading it calls only listed constructors, with arguments inside their contracts",
    executable: "loading it runs code that came with the model, by design",
    unanalyzable: "it cannot be fully explained",
    malicious: "it reaches what no model needs",
  },
  columns: {
    verdict: "Verdict",
    path: "File",
    format: "Format",
    size: "Size",
    sha256: "SHA-256",
    coverage: "Explained",
    severity: "Severity",
    rule: "Rule",
    message: "Finding",
    location: "Where",
    evidence: "Evidence",
    help: "What to do",
  },
  model: "model",
  findings: "Findings",
  nothingFound: "No findings.",
  offset: (offset) => `offset ${offset}`,
  line: (line) => `line ${line}`,
  summary(files, admitted, refused, models) {
    const what = files === 1 ? "1 file" : `${files} files`;
    const whole = models === 0 ? "" : models === 1 ? " in 1 model" : ` in ${models} models`;
    return `${what}${whole}: ${admitted} admitted, ${refused} refused`;
  },
};
