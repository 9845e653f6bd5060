import { badRequest, denied } from "../http/refusal.ts";
import { safeArtifactPath } from "../http/target.ts";

/** Where a model version's files are, as far as its `source` says. */
export type Source =
  /** `mlflow-artifacts:/<path>` */
  | { readonly kind: "proxy"; readonly path: string }
  /** `runs:/<run>/<path>` */
  | { readonly kind: "run"; readonly runId: string; readonly path: string }
  /** `models:/m-<id>` */
  | { readonly kind: "logged-model"; readonly modelId: string }
  /** `models:/<name>/<version>` */
  | { readonly kind: "version"; readonly name: string; readonly version: string };

/**
 * Reads a source. Others than these (folders of the server's disk, buckets, web addresses) would be loaded without
 * the gateway ever seeing the bytes.
 * @throws {Refusal} 403 for another kind, 400 when it is malformed
 */
export function parseSource(source: string): Source {
  const [, scheme, rest] = /^(mlflow-artifacts|runs|models):\/([^/].*)$/su.exec(source) ?? [];
  if (scheme === undefined || rest === undefined) {
    throw denied(
      `the source ${JSON.stringify(source)} is refused: a model's files must be in its run, a logged model, another model version, or the artifact proxy`,
    );
  }
  const path = safeArtifactPath(rest);
  const [first = "", ...others] = path.split("/");
  switch (scheme) {
    case "mlflow-artifacts":
      return { kind: "proxy", path };
    case "runs":
      return { kind: "run", runId: first, path: others.join("/") };
    default:
      return modelSource(source, first, others);
  }
}

function modelSource(source: string, first: string, others: readonly string[]): Source {
  const [version, ...more] = others;
  if (version === undefined && /^m-[\w-]+$/u.test(first)) return { kind: "logged-model", modelId: first };
  if (version !== undefined && more.length === 0 && /^[1-9][0-9]*$/u.test(version)) {
    return { kind: "version", name: first, version };
  }
  throw badRequest(
    `the source ${JSON.stringify(source)} names neither a logged model nor a version by number`,
  );
}
