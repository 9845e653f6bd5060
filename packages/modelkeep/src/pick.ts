/** Options as `parseArgs` gives them. */
export type Given = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

export type Environment = Readonly<Record<string, string | undefined>>;

/** An option's text: the flag, then `MODELKEEP_<NAME>`, then what the configuration says. */
export function pick(
  given: Given,
  env: Environment,
  name: string,
  last: string | undefined,
): string | undefined {
  const flag = given[name];
  if (typeof flag === "string") return flag;
  const variable = env[`MODELKEEP_${name.toUpperCase().replaceAll("-", "_")}`];
  return variable === undefined || variable === "" ? last : variable;
}
