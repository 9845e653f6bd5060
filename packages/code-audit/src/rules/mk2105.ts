import type { CallFact } from "../python/types.ts";
import { argumentOf, is } from "./calls.ts";
import type { PythonRule } from "./rule.ts";

function waitsForever(call: CallFact): boolean {
  const { path } = call;
  if (call.args.rest !== undefined) return false;
  const timeout = argumentOf(call, undefined, "timeout");
  if (/^requests\.(Session\(\)\.)?(get|post|put|patch|delete|head|options|request)$/.test(path))
    return timeout === undefined || is(timeout, null);
  if (path === "urllib.request.urlopen") return (timeout ?? call.args.positional[2]) === undefined;
  if (
    /^httpx\.((Async)?Client(\(\)\.(get|post|put|patch|delete|head|options|request|stream))?|get|post|put|patch|delete|head|options|request|stream)$/.test(
      path,
    )
  )
    return is(timeout, null);
  if (/^aiohttp\.(ClientSession|ClientSession\(\)\.(get|post|put|patch|delete|request))$/.test(path))
    return is(timeout, null);
  return path === "aiohttp.ClientTimeout" && is(argumentOf(call, 0, "total"), null);
}

export const rule: PythonRule = {
  id: "MK2105",
  name: "missing-timeout",
  title: { en: "A request may wait for ever.", zh: "请求可能无限期等待。" },
  severity: "low",
  cwe: "CWE-400",
  advice: { en: "Pass timeout=…, in seconds.", zh: "传入 timeout 参数（秒）。" },
  rank: 10,
  words: ["requests", "httpx", "aiohttp", "urlopen"],
  check({ calls, module }, report) {
    if (module.test) return;
    for (const call of calls) {
      if (!waitsForever(call)) continue;
      report({
        at: call,
        way: call.way,
        message: {
          en: `${call.path}() waits for ever when the server does not answer`,
          zh: `服务器无响应时 ${call.path}() 会一直等待`,
        },
      });
    }
  },
};
