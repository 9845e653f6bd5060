import type { FileReport } from "@modelkeep/findings";
import type { SecureModel } from "@modelkeep/model-io";
import type { Payload } from "@modelkeep/sandbox/wire/values";
import { encodeOutput } from "./values.ts";

/** What is told of a model that was loaded. */
export function factsOf(model: SecureModel, payload: Payload): object {
  const { uri, verdict, digest, engine, className, methods, name, version, signers, report } = model;
  const reports = new Map(report.files.map((file) => [file.path, file]));
  return {
    uri,
    verdict,
    admitted: report.admitted,
    digest,
    engine,
    className,
    methods,
    name,
    version,
    signers: signers.map((signer) => signer.name),
    inputs: model.signature.inputs?.kind,
    files: model.files.map(({ path, sha256, size }) => ({
      path,
      sha256,
      size,
      ...judged(reports.get(path)),
    })),
    attributes: attributesOf(model, payload),
  };
}

function judged(report: FileReport | undefined): object {
  return report === undefined ? {} : { verdict: report.verdict, format: report.format };
}

function attributesOf({ attributes }: SecureModel, payload: Payload): object | undefined {
  if (attributes === undefined) return undefined;
  const { featureNames, nFeatures, classes } = attributes;
  return {
    ...(featureNames === undefined ? {} : { feature_names_in_: featureNames }),
    ...(nFeatures === undefined ? {} : { n_features_in_: nFeatures }),
    ...(classes === undefined ? {} : { classes_: encodeOutput(classes, payload) }),
  };
}
