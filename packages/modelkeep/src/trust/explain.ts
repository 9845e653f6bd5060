import { printable } from "@modelkeep/findings/escape";
import type { TrustExplanation } from "@modelkeep/model-io/trust/step";
import type { SignatureReport } from "@modelkeep/signing/trust/judge-signature";

/** Reasons name files: longer ones are cut. */
const MAX_LINE = 1_000;

/** The explanation as a stable document. */
export function explanationDocument(explanation: TrustExplanation): Record<string, unknown> {
  const { uri, subject, digest, verified, recorded } = explanation;
  const { rule, signatures, counted, trusted, permitsExecutable, refusal } = verified.decision;
  return {
    uri,
    model: { name: subject.name ?? null, alias: subject.alias ?? null, digest },
    rule: rule ?? null,
    signatures,
    counted,
    threshold: rule?.threshold ?? null,
    trusted,
    permits: permitsExecutable ? ["executable"] : [],
    refusal: refusal ?? null,
    baseline:
      recorded === undefined
        ? null
        : { digest: recorded.digest, at: recorded.at, same: recorded.digest === verified.baseline?.digest },
    advice: adviceFor(explanation),
  };
}

/** The explanation for people. */
export function explanationText(explanation: TrustExplanation): string {
  const { uri, subject, digest, verified, recorded } = explanation;
  const { rule, signatures, counted, trusted, permitsExecutable, refusal } = verified.decision;
  const named = subject.name === undefined ? "not a registered model" : `registered model ${subject.name}`;
  const alias = subject.alias === undefined ? "" : `, asked for by alias ${subject.alias}`;
  const lines = [
    `${uri} (${named}${alias})`,
    `  digest     ${digest}`,
    `  rule       ${rule === undefined ? "none is for this model" : `${rule.name}: ${rule.threshold} of ${rule.signers.join(", ")}`}`,
    ...(signatures.length === 0 ? ["  signatures none (*.sig in the model's folder)"] : ["  signatures"]),
    ...signatures.map((signature) => `    ${signatureLine(signature)}`),
    `  counted    ${counted}${rule === undefined ? "" : ` of ${rule.threshold}`}`,
    `  trusted    ${trusted ? "yes" : "no"}`,
    `  permits    ${permitsExecutable ? "executable, in the sandbox" : "nothing beyond the scanner's policy"}`,
    ...(refusal === undefined ? [] : [`  refused    ${refusal.reason}`]),
    ...(recorded === undefined
      ? []
      : [
          `  baseline   ${recorded.digest === verified.baseline?.digest ? "same as" : "CHANGED since"} ${recorded.at}`,
        ]),
    `  to do      ${adviceFor(explanation)}`,
  ];
  return lines.map((line) => `${printable(line, MAX_LINE)}\n`).join("");
}

function signatureLine({ path, state, reason }: SignatureReport): string {
  return `${state === "counts" ? "✔" : "✘"} ${path}: ${reason}`;
}

/** What a person should do next. */
function adviceFor({ verified, policy, uri, recorded }: TrustExplanation): string {
  const { decision, baseline } = verified;
  const { rule, signatures, trusted, refusal } = decision;
  if (refusal?.kind === "revoked") return "use another version";
  if (refusal?.kind === "tampered") return "do not use the model, and ask who signed it";
  if (trusted) return "nothing";
  if (recorded !== undefined && recorded.digest !== baseline?.digest) {
    return `find out who changed the model; if that is right, modelkeep trust baseline accept ${uri}`;
  }
  if (policy.rules.length === 0) return "write trust: rules into modelkeep.yaml (docs/trust.md)";
  if (rule === undefined) return "add a rule for this model to modelkeep.yaml (docs/trust.md)";
  if (signatures.length === 0) return `have the model signed by ${rule.signers.join(" or ")}: modelkeep sign`;
  return `have exactly these files signed by ${rule.signers.join(" or ")}, or mend the rule ${JSON.stringify(rule.name)}`;
}
