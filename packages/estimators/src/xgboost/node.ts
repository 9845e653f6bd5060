import type { JsonFloat } from "@modelkeep/formats/json/parse";

/** JSON or UBJSON as plain data. Objects are maps, so that no name is special. */
export type Node =
  | null
  | boolean
  | number
  | bigint
  | JsonFloat
  | string
  | Float64Array
  | readonly Node[]
  | ReadonlyMap<string, Node>;
