import type { Facts, Site, Value } from "../python/types.ts";
import { constantOf, constantsOf } from "../python/value.ts";
import { argumentOf } from "./calls.ts";
import { secretKind } from "./secrets.ts";

export interface SecretBind {
  readonly at: Site;
  readonly name: string;
  readonly kind: NonNullable<ReturnType<typeof secretKind>>;
}

/** Every place where a secret is written into the code. */
export function secretBinds({ binds, calls, texts, module }: Facts): readonly SecretBind[] {
  if (module.test) return [];
  const found: SecretBind[] = [];
  const add = (name: string, value: Value | undefined, at: Site) => {
    const only = constantOf(value) ?? (constantsOf(value).length === 1 ? constantsOf(value)[0] : undefined);
    const kind = typeof only === "string" && value?.refs.length === 1 ? secretKind(name, only) : undefined;
    if (kind !== undefined) found.push({ at, name, kind });
  };
  for (const bind of binds) {
    // A name that is passed on was said where it got its value.
    if (bind.valueNode.type !== "string" && bind.valueNode.type !== "concatenated_string") continue;
    add(bind.name, bind.value, { module: bind.module, node: bind.valueNode });
  }
  for (const call of calls) {
    if (/^os\.(getenv|environ\.get|environ\.setdefault|environ\.pop|putenv)$/.test(call.path)) {
      const name = constantOf(argumentOf(call, 0, "key"));
      const node = call.node.get("arguments")?.kids[1];
      if (typeof name === "string" && node !== undefined)
        add(name, argumentOf(call, 1, "default"), { module: call.module, node: node.get("value") ?? node });
    } else if (
      /^requests\.auth\.HTTP\w+Auth$|^httpx\.BasicAuth$|^aiohttp\.BasicAuth$|^\?\.(login|set_password)$/.test(
        call.path,
      )
    ) {
      const node = call.node.get("arguments")?.kids[1];
      if (node?.type === "string") add("password", call.args.positional[1], { module: call.module, node });
    }
    const auth = call.args.keywords.get("auth");
    const [pair] = auth?.refs ?? [];
    const tuple = call.keywordNodes.get("auth")?.get("value");
    if (pair?.kind === "sequence" && tuple?.kids[1]?.type === "string")
      add("password", pair.items[1], { module: call.module, node: tuple.kids[1] });
  }
  for (const text of texts) {
    if (secretKind("", text.value) === "issued") found.push({ at: text, name: "", kind: "issued" });
  }
  for (const parameter of defaults(module)) add(parameter.name, parameter.value, parameter.at);
  return unique(found);
}

function* defaults(module: Facts["module"]): Generator<{ name: string; value: Value | undefined; at: Site }> {
  for (const fn of module.functions) {
    for (const { name, default: value, node } of fn.parameters) {
      const at = node.get("value");
      if (at?.type === "string") yield { name, value, at: { module, node: at } };
    }
  }
}

function unique(found: readonly SecretBind[]): readonly SecretBind[] {
  const byNode = new Map<string, SecretBind>();
  for (const one of found) {
    const key = `${one.at.module.source.path}:${one.at.node.start}`;
    if (!byNode.has(key) || one.name !== "") byNode.set(key, one);
  }
  return [...byNode.values()];
}
