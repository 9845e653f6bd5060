import { at, entriesOf, entry, isSequence, itemsOf, textOf } from "../yaml/look.ts";
import type { YamlDocument } from "../yaml/read.ts";

/** What holds for a whole workflow or composite action. */
export interface Facts {
  readonly events: ReadonlySet<string>;
  /** Inputs that are no free text. */
  readonly harmless: ReadonlySet<string>;
  /** Shell that steps use when they name none. */
  readonly shell: string | undefined;
  readonly folder: string;
}

/** @returns the facts of the file's first document */
export function factsOf(document: YamlDocument): Facts {
  const on = entriesOf(document, document.root).find(({ key }) => key === "on" || key === "true")?.value;
  const names = isSequence(on)
    ? itemsOf(document, on).map(textOf)
    : [textOf(on), ...entriesOf(document, on).map(({ key }) => key)];
  const run = at(document, document.root, "defaults", "run");
  return {
    events: new Set(names.filter((name) => name !== undefined)),
    harmless: harmlessInputs(document, on),
    shell: textOf(entry(document, run, "shell")?.value),
    folder: textOf(entry(document, run, "working-directory")?.value) ?? "",
  };
}

function harmlessInputs(document: YamlDocument, on: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  for (const event of ["workflow_dispatch", "workflow_call"]) {
    for (const input of entriesOf(document, at(document, on, event, "inputs"))) {
      const type = textOf(entry(document, input.value, "type")?.value);
      if (type === "boolean" || type === "number" || type === "choice" || type === "environment")
        found.add(input.key);
    }
  }
  return found;
}
