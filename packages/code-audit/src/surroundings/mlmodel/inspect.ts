import type { Inspected } from "../../inspector.ts";
import type { Source } from "../../model/source.ts";
import { rule as loaderModule } from "../../rules/mk2501.ts";
import { rule as codePaths } from "../../rules/mk2502.ts";
import { rule as fromCode } from "../../rules/mk2503.ts";
import { rule as pickled } from "../../rules/mk2504.ts";
import type { AuditRule } from "../../model/rule.ts";
import { Reporter } from "../common/reporter.ts";
import { say } from "../common/say.ts";
import { type Entry, at, entriesOf, entry, textOf } from "../yaml/look.ts";
import { type YamlDocument, readYaml } from "../yaml/read.ts";

/** An MLmodel file: which of its flavors run code when they are loaded. */
export function inspectMlmodel(source: Source): Inspected {
  const reporter = new Reporter(source);
  for (const document of readYaml(reporter)) {
    const flavors = entriesOf(document, at(document, document.root, "flavors"));
    for (const flavor of flavors) checkFlavor(document, flavor, flavors, reporter);
  }
  return reporter.result();
}

function checkFlavor(
  document: YamlDocument,
  flavor: Entry,
  flavors: readonly Entry[],
  reporter: Reporter,
): void {
  const loader = entry(document, flavor.value, "loader_module");
  const name = textOf(loader?.value);
  if (loader !== undefined && name !== undefined && !/^mlflow(?:\.|$)/u.test(name)) {
    reporter.add(loaderModule, loader.range, say(`${name} is imported and runs`, `将导入并执行 ${name}`));
  }
  // Every flavor of a model repeats the folder; python_function is the one that is always there.
  const owner = flavors.find(({ key }) => key === "python_function") ?? flavors[0];
  if (flavor === owner) {
    addIf(document, flavor, "code", codePaths, reporter);
    addIf(document, flavor, "model_code_path", fromCode, reporter);
  }
  checkPickle(document, flavor, reporter);
}

function addIf(
  document: YamlDocument,
  flavor: Entry,
  key: string,
  rule: AuditRule,
  reporter: Reporter,
): void {
  const found = entry(document, flavor.value, key);
  const path = textOf(found?.value);
  if (found === undefined || path === undefined || path === "") return;
  reporter.add(rule, found.range, say(`${path} runs when the model is loaded`, `加载模型时将执行 ${path}`));
}

function checkPickle(document: YamlDocument, flavor: Entry, reporter: Reporter): void {
  const found = pickleEntry(document, flavor);
  if (found === undefined) return;
  reporter.add(
    pickled,
    found.range,
    say(`The flavor ${flavor.key} is loaded by unpickling`, `flavor ${flavor.key} 通过反序列化 pickle 加载`),
  );
}

/** The line of a flavor that says that it is a pickle; one for each flavor. */
function pickleEntry(document: YamlDocument, flavor: Entry): Entry | undefined {
  const format = entry(document, flavor.value, "serialization_format");
  const named = textOf(format?.value);
  if (named !== undefined) return /^(?:cloud)?pickle$|^dill$|^joblib$/u.test(named) ? format : undefined;
  for (const key of ["python_model", "pickled_model", "cloudpickle_version", "pickle_module_name"]) {
    const found = entry(document, flavor.value, key);
    if (textOf(found?.value) !== undefined) return found;
  }
  const model =
    entry(document, flavor.value, "model_path") ??
    entry(document, flavor.value, "model_data") ??
    entry(document, flavor.value, "data");
  return /\.(?:pkl|pickle|joblib|dill|cloudpickle)$/u.test(textOf(model?.value) ?? "") &&
    flavor.key !== "python_function"
    ? model
    : undefined;
}
