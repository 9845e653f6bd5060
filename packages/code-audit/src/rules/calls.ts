import type { CallFact } from "../python/types.ts";
import { constantOf, constantsOf, type Value } from "../python/value.ts";

/** An argument by place (none when it can only be named) or name. */
export function argumentOf(
  call: CallFact,
  at: number | undefined,
  ...names: readonly string[]
): Value | undefined {
  for (const name of names) {
    const named = call.args.keywords.get(name);
    if (named !== undefined) return named;
  }
  return at === undefined ? undefined : call.args.positional[at];
}

/** Whether an argument is certainly this constant. */
export function is(value: Value | undefined, constant: string | number | boolean | null): boolean {
  return constantOf(value) === constant;
}

/** Whether an argument may be this constant. */
export function mayBe(value: Value | undefined, constant: string | number | boolean | null): boolean {
  return constantsOf(value).includes(constant);
}

/** Every argument of a call. */
export function everyArgument(call: CallFact): readonly Value[] {
  const { positional, keywords, rest } = call.args;
  return [...positional, ...keywords.values(), ...(rest === undefined ? [] : [rest])];
}
