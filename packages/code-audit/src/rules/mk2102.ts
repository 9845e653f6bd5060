import type { CallFact } from "../python/types.ts";
import { pathsOf, textsOf, type Value } from "../python/value.ts";
import { isPlaintext } from "./addresses.ts";
import type { PythonRule } from "./rule.ts";
import { TRACKING_NAME, trackingAddresses } from "./trackers.ts";

export const rule: PythonRule = {
  id: "MK2102",
  name: "plaintext-tracking",
  title: { en: "Models and credentials travel in the clear.", zh: "模型与凭据以明文传输。" },
  severity: "medium",
  cwe: "CWE-319",
  advice: {
    en: "Use https:// for every server that is not on this machine.",
    zh: "对非本机服务器一律使用 https://。",
  },
  rank: 55,
  words: ["http://"],
  check({ calls, binds, module }, report) {
    const message = {
      en: "a tracking server beyond this machine is addressed with http://",
      zh: "使用 http:// 访问非本机的跟踪服务器",
    };
    let used = false;
    for (const call of calls.toSorted((a, b) => Number(isRead(a)) - Number(isRead(b)))) {
      if (!trackingAddresses(call).some(isClear) || (used && isRead(call))) continue;
      if (call.module === module) used = true;
      report({ at: call, way: call.way, message });
    }
    for (const bind of binds) {
      if (!TRACKING_NAME.test(bind.name) || !isClear(bind.value) || bind.how === "keyword") continue;
      const environment = bind.how === "key" && pathsOf(bind.target).includes("os.environ");
      // A name that a call of this module goes by is said at the call.
      if (environment || (!used && bind.valueNode.type === "string" && bind.module === module))
        report({ at: { module: bind.module, node: bind.valueNode }, message });
    }
  },
};

function isClear(value: Value): boolean {
  return textsOf(value).some(isPlaintext);
}

/** A default in a look-up is said where the address is used, when it is. */
function isRead(call: CallFact): boolean {
  return /^os\.(getenv|environ\.get)$/.test(call.path);
}
