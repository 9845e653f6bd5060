import type { SigningError } from "@modelkeep/signing/errors";
import type { Difference } from "@modelkeep/signing/manifest/compare";
import type { ModelComparison, VerifiedBundle } from "@modelkeep/signing/verify";
import type { Signer } from "@modelkeep/signing/verifier";
import { describeError } from "../describe-error.ts";
import type { Common } from "../signing/common.ts";
import { differencesText, mismatch } from "./differences.ts";

/** What verification came to: a comparison, or the reason why there is none. */
export type Answer = (VerifiedBundle & ModelComparison) | { readonly error: SigningError };

/** Prints the answer. @returns the exit code */
export function report(common: Common, method: string, answer: Answer): number {
  const error = "error" in answer ? answer.error : mismatch(answer);
  if (common.format === "json") {
    process.stdout.write(`${JSON.stringify(documentOf(common, method, answer, error))}\n`);
  } else {
    process.stdout.write(textOf(answer, error));
  }
  if (error !== undefined) process.stderr.write(`${describeError(error)}\n`);
  return error === undefined ? 0 : 1;
}

function documentOf(
  { model, signature }: Common,
  method: string,
  answer: Answer,
  error: SigningError | undefined,
): Record<string, unknown> {
  const failure = error === undefined ? null : { code: error.code, message: error.message };
  const base = { verified: error === undefined, model, signature, method, error: failure };
  if ("error" in answer) return { ...base, signers: [], differences: [] };
  const { signers, manifest, differences, actual } = answer;
  const files = new Set(actual.resources.map(({ path }) => path)).size;
  return { ...base, signers, differences, files, hashing: manifest.serialization };
}

function textOf(answer: Answer, error: SigningError | undefined): string {
  const differences: readonly Difference[] = "error" in answer ? [] : answer.differences;
  if ("error" in answer || error !== undefined) return `Verification failed\n${differencesText(differences)}`;
  return `Verification succeeded\n${answer.signers.map((signer) => `  signed by ${signerText(signer)}\n`).join("")}`;
}

function signerText(signer: Signer): string {
  switch (signer.method) {
    case "key":
      return `the ${signer.keyType} key ${signer.keyFingerprint}`;
    case "certificate":
      return `${signer.subject} (${signer.keyType}), issued by ${signer.issuer}, valid until ${signer.notAfter.toISOString()}`;
    case "sigstore":
      return `${signer.identity}, known to ${signer.issuer}`;
  }
}
