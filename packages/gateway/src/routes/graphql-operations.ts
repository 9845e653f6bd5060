export interface GraphqlOperation {
  readonly name: string;
  /** The field of the only variable that holds the ids, in snake_case. */
  readonly field: string;
  /** What the ids name. */
  readonly names: "run" | "experiment";
}

/** Digest of the text (see `queryDigest`) to the operation, as `tools/routes/list_graphql.py` prints them. */
export const GRAPHQL_OPERATIONS: ReadonlyMap<string, GraphqlOperation> = new Map<string, GraphqlOperation>([
  [
    "b0b11bbd4dd630e2ce1e2819bb0cdd276524cd33c786fbda4f6c2342a16036d1",
    { name: "GetRun", field: "run_id", names: "run" },
  ],
  [
    "cc49c14ac7bfd321e765935b154cb843f5c54e80c6805e19cee6e85fc0af0b7f",
    { name: "SearchRuns", field: "experiment_ids", names: "experiment" },
  ],
  [
    "3d1729fa10bba304cc62cb838ce225913582a815d55107c0d29bad6960075a9d",
    { name: "GetMetricHistoryBulkInterval", field: "run_ids", names: "run" },
  ],
  [
    "e5130d9a9bcaeb651372a65c0467dfd63ebb9c8e56079a32399d580f71c80a1e",
    { name: "MlflowGetExperimentQuery", field: "experiment_id", names: "experiment" },
  ],
]);
