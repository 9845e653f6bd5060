import type { Fact, Value } from "@modelkeep/formats";
import type { Collector } from "../collector.ts";
import { rule as persistentId } from "../rules/mk1203.ts";
import { describe } from "./describe.ts";
import { isStorageClass } from "./torch.ts";

/** Persistent ids may only be torch's storages: `("storage", torch.FloatStorage, key, location, elements[, view])`. */
export function judgePersistent(fact: Extract<Fact, { kind: "graph" }>, into: Collector): void {
  for (const persistent of fact.graph.persistent) {
    const reason = fact.syntax === "torch" ? storageFault(persistent.id) : `in a ${fact.syntax} file`;
    if (reason === undefined) continue;
    const at = { part: fact.at.part, offset: persistent.offset };
    into.add(persistentId, `persistent id ${reason}`, at, {
      evidence: describe(persistent.id),
      sameAs: reason,
    });
  }
}

/** Why an id is no torch storage, or undefined. See torch/serialization.py, `persistent_id`. */
function storageFault(id: Value): string | undefined {
  if (id.kind !== "tuple") return "that is no tuple";
  const [tag, type, key, location, elements, view, ...rest] = id.items;
  if (tag?.kind !== "str" || tag.value !== "storage") return "that is not tagged as a storage";
  if (type?.kind !== "global" || !isStorageClass(type)) return "of an unknown storage class";
  if (key?.kind !== "str" || !/^[0-9]{1,20}$/u.test(key.value)) return "whose key is no number";
  if (
    location?.kind !== "str" ||
    !/^(cpu|cuda|mps|xpu|meta|privateuseone)(:[0-9]{1,3})?$/u.test(location.value)
  ) {
    return "with an unknown location";
  }
  if (elements?.kind !== "int" || elements.value < 0) return "without a number of elements";
  if (rest.length > 0) return "with too many parts";
  return view === undefined || view.kind === "none" ? undefined : viewFault(view);
}

/** Legacy files may add a view `(key, offset, size)`. */
function viewFault(view: Value): string | undefined {
  if (view.kind !== "tuple" || view.items.length !== 3) return "with an odd view";
  const [key, offset, size] = view.items;
  return key?.kind === "str" && offset?.kind === "int" && size?.kind === "int"
    ? undefined
    : "with an odd view";
}
