import type { ParamSpec, ScalarType } from "@modelkeep/mlflow";
import { schemaMismatch } from "../errors.ts";

/**
 * Parameters against the model's schema: unknown ones are dropped, missing ones take their default
 * (mlflow/models/utils.py `_enforce_params_schema`).
 * @param specs undefined when the model declares none: then all are dropped
 * @throws {ModelkeepError} `INVALID_INPUT` names every wrong one
 */
export function enforceParams(
  params: Readonly<Record<string, unknown>> | undefined,
  specs: readonly ParamSpec[] | undefined,
): ReadonlyMap<string, unknown> {
  const faults: string[] = [];
  const result = new Map<string, unknown>();
  for (const spec of specs ?? []) {
    const given = params !== undefined && Object.hasOwn(params, spec.name);
    const value = given ? params[spec.name] : spec.default;
    const fault = given ? faultOf(value, spec) : undefined;
    if (fault === undefined) result.set(spec.name, value);
    else faults.push(`${spec.name}: ${fault}`);
  }
  if (faults.length > 0) throw schemaMismatch(`Invalid parameters found: ${faults.join("; ")}`);
  return result;
}

/** What `numpy.datetime64` reads, with at least a day: a date, or a date and a time without a zone. */
const ISO_DATE = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}(?::\d{2}(?::\d{2}(?:\.\d{1,9})?)?)?)?$/u;

function faultOf(value: unknown, spec: ParamSpec): string | undefined {
  if (spec.isList) {
    if (!Array.isArray(value)) return "value must be a 1D array";
    return value.map((one: unknown) => scalarFault(one, spec)).find((fault) => fault !== undefined);
  }
  return scalarFault(value, spec);
}

function scalarFault(value: unknown, spec: ParamSpec): string | undefined {
  if (value === null) return undefined;
  if (spec.type.kind !== "scalar")
    return typeof value === "object" ? undefined : "value must be a dictionary";
  return fits(value, spec.type.type)
    ? undefined
    : `Can not safely convert ${typeof value} to ${spec.type.type}`;
}

function fits(value: unknown, type: ScalarType): boolean {
  switch (type) {
    case "boolean":
      return typeof value === "boolean";
    case "integer":
    case "long":
      return (Number.isSafeInteger(value) && !Object.is(value, -0)) || typeof value === "bigint";
    case "float":
    case "double":
      return typeof value === "number" || typeof value === "bigint";
    case "string":
      return typeof value === "string";
    case "datetime":
      return typeof value === "string" && ISO_DATE.test(value) && !Number.isNaN(Date.parse(value));
    case "binary":
      break;
  }
  return false;
}
