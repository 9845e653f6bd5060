export interface GraphqlOperation {
  readonly name: string;
  /** The field of the only variable that holds the ids, in snake_case. */
  readonly field: string;
  /** What the ids name. */
  readonly names: "run" | "experiment";
}

/** Digest of the text (see `queryDigest`) to the operation. Taken from MLflow's pages by `tools/routes/`. */
export const GRAPHQL_OPERATIONS: ReadonlyMap<string, GraphqlOperation> = new Map();
