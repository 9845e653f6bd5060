import type { CallFact, Facts, FunctionInfo } from "../python/types.ts";
import { entryOf } from "../python/entry.ts";
import type { PythonRule } from "./rule.ts";
import { loads, textAt } from "./verification.ts";

const PROMOTES =
  /^mlflow\.(MlflowClient\(\)\.(transition_model_version_stage|set_registered_model_alias|create_model_version|copy_model_version|delete_registered_model_alias)|register_model)$/;
const GUARDS =
  /login_required|auth|permission|jwt|token|role|require|protected|secured|admin|api_key|scope|current_user|oauth|credential|principal|identity|signature|hmac/i;
const REFUSES =
  /\b(401|403|HTTP_401\w*|HTTP_403\w*|Unauthorized|Forbidden|PermissionDenied|PermissionError|HTTPUnauthorized|HTTPForbidden)\b|compare_digest|request\.authorization|current_user|check_(auth|token|permission)|verify_(token|jwt|api_key|request|user)|is_authenticated|require_\w+\(/;

export const rule: PythonRule = {
  id: "MK2404",
  name: "open-promotion",
  title: {
    en: "Anyone can promote the model that a service then loads.",
    zh: "任何人都可以晋级随后被服务加载的模型。",
  },
  severity: "high",
  cwe: "CWE-306",
  advice: {
    en: "Authenticate and authorise whoever promotes, and let services load only signed versions.",
    zh: "对晋级操作进行身份认证与授权，并只允许服务加载已签名的版本。",
  },
  rank: 100,
  words: [
    "transition_model_version_stage",
    "set_registered_model_alias",
    "create_model_version",
    "register_model",
    "copy_model_version",
  ],
  check(facts, report) {
    for (const call of facts.calls) {
      if (!PROMOTES.test(call.path)) continue;
      const endpoint = endpointOf(call);
      if (endpoint === undefined || isGuarded(endpoint, call, facts)) continue;
      const name = endpoint.node.get("name") ?? endpoint.node;
      const load = facts.calls.find((other) => loads(other));
      report({
        at: call,
        way: [
          {
            site: { module: endpoint.module, node: name },
            message: {
              en: `${endpoint.name}() answers requests of anyone`,
              zh: `${endpoint.name}() 对任何人开放`,
            },
          },
          ...call.way,
          { site: call, message: { en: "it promotes a model", zh: "晋级模型" } },
          ...(load === undefined
            ? []
            : [
                {
                  site: load,
                  message: {
                    en: "a service loads what was promoted, which runs its code",
                    zh: "服务加载被晋级的模型并执行其代码",
                  },
                },
              ]),
        ],
        message: {
          en: `${call.path}() can be reached without authentication: who promotes a model decides what code the services run that load it`,
          zh: `无需身份认证即可调用 ${call.path}()：晋级模型者决定了加载服务所执行的代码`,
        },
      });
    }
  },
};

/** The endpoint that a call is reached from. */
function endpointOf(call: CallFact): FunctionInfo | undefined {
  const own = call.fn;
  if (own !== undefined && call.way.length === 0) return entryOf(own)?.service === true ? own : undefined;
  return call.entry !== undefined && entryOf(call.entry)?.service === true ? call.entry : undefined;
}

function isGuarded(endpoint: FunctionInfo, call: CallFact, { module }: Facts): boolean {
  const { text } = endpoint.module.source;
  const before = endpoint.decorators.filter(
    ({ node }) =>
      !/\.(route|get|post|put|patch|delete|api_route|api_view)\s*\(/.test(text.slice(node.start, node.end)),
  );
  if (before.some(({ node }) => GUARDS.test(textAt(endpoint.module, node)))) return true;
  if (endpoint.decorators.some(({ node }) => /dependencies\s*=/.test(textAt(endpoint.module, node))))
    return true;
  if (
    endpoint.parameters.some(
      ({ node }) =>
        /Depends|Security/.test(textAt(endpoint.module, node)) && GUARDS.test(textAt(endpoint.module, node)),
    )
  )
    return true;
  if (
    /before_request|(FastAPI|APIRouter)\([^)]*dependencies\s*=|add_middleware\([^)]*Auth|permission_classes|LoginRequiredMixin|authentication_classes/.test(
      text,
    )
  )
    return true;
  const bodies = [endpoint, ...(call.fn === undefined ? [] : [call.fn])];
  return (
    bodies.some((fn) => fn.body !== undefined && REFUSES.test(textAt(fn.module, fn.body))) || module.test
  );
}
