/** What permissions are held on. All other things of MLflow (runs, traces, versions, files) belong to one of these. */
export type Resource =
  | { readonly kind: "experiment"; readonly id: string; readonly name: string }
  | { readonly kind: "registered-model"; readonly id: string; readonly name: string };

/** As it stands in the audit log: `experiment:7`, `registered-model:football`; never with a space inside. */
export function describeResource(resource: Resource): string {
  return `${resource.kind}:${resource.id.replaceAll(/[\s%]/gu, encodeURIComponent)}`;
}
