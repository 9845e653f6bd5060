import { type Argument, type Invocation, vectorInvocation } from "../shell/invocation.ts";
import { readScript } from "../shell/read.ts";
import { type Variables, expand, stated, valueOf } from "../shell/values.ts";
import { entry, isSequence, itemsOf, mappedOf, rangeOf, textOf } from "../yaml/look.ts";
import type { YamlDocument } from "../yaml/read.ts";
import { environmentOf } from "./environment.ts";

/**
 * What a container starts, by the given keys in order (`entrypoint` and `command`, or Kubernetes' `command` and `args`).
 * A list is a vector; a text is split as a shell would, though none runs.
 */
export function vectorOf(
  document: YamlDocument,
  container: unknown,
  source: string,
  keys: readonly string[],
): Invocation | undefined {
  const variables: Variables = new Map();
  for (const { name, value } of environmentOf(document, container, source))
    variables.set(name, expand(value, new Map()));
  const args = keys.flatMap((key) =>
    argumentsOf(document, entry(document, container, key)?.value, source, variables),
  );
  return args.length === 0 ? undefined : vectorInvocation(args, variables);
}

function argumentsOf(
  document: YamlDocument,
  node: unknown,
  source: string,
  variables: Variables,
): readonly Argument[] {
  if (isSequence(node)) {
    return itemsOf(document, node).flatMap((item) => {
      const text = textOf(item);
      return text === undefined ? [] : [listed(item, text, source, variables)];
    });
  }
  const mapped = mappedOf(node, source);
  const script = readScript(mapped);
  return script.nodes.flatMap((one) =>
    one.words.map((word) => {
      const [start, end] = mapped.range(word.start, word.end);
      const value = valueOf(word, variables);
      const inner = /^(["'])[\s\S]*\1$/u.test(mapped.text.slice(word.start, word.end)) ? 1 : 0;
      return { ...value, start, end, mapped: mapped.slice(word.start + inner, word.end - inner) };
    }),
  );
}

/** `$(NAME)` is Kubernetes' reference to a variable, `${NAME}` compose's. */
function listed(item: unknown, text: string, source: string, variables: Variables): Argument {
  const [start, end] = rangeOf(item);
  const known = text.replaceAll(
    /\$\(([A-Za-z_][A-Za-z0-9_]*)\)/gu,
    (whole, name: string) => variables.get(name)?.text ?? whole,
  );
  const value = known.includes("\n") ? stated(known) : expand(known, variables);
  return { ...value, start, end, mapped: mappedOf(item, source) };
}
