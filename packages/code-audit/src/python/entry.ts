import { foreignBases } from "./attributes.ts";
import type { FunctionInfo, Parameter } from "./types.ts";
import type { Localized } from "../model/text.ts";
import { type Mark, type MarkKind, pathsOf } from "./value.ts";

const ROUTE =
  "(route|get|post|put|patch|delete|head|options|websocket|websocket_route|api_route|add_url_rule|endpoint)";
const ROUTERS = new RegExp(
  `^(flask\\.(Flask|Blueprint)|flask_\\w+\\.\\w+|fastapi\\.(FastAPI|APIRouter)|starlette\\.\\w+\\.\\w+|quart\\.\\w+|sanic\\.\\w+|bottle\\.\\w+|litestar|aiohttp\\.web\\.RouteTableDef|falcon\\.\\w+|azure\\.functions\\.\\w+)(\\(\\))?\\.${ROUTE}(\\(\\))?$`,
);
const ROUTE_LIKE = new RegExp(
  `^@\\s*(\\w+\\.)*(app|application|router|api|bp|blueprint|web|server|service|routes|\\w+_(bp|router|app|api|blueprint|routes))\\.${ROUTE}\\(`,
);
const OTHER_ENTRIES =
  /^(rest_framework\.decorators\.api_view|bottle\.(route|get|post|put|delete)|bentoml\.(api|service)|litestar\.(get|post|put|delete|patch)|ninja\.\w+\(\)\.(get|post|put|delete)|ray\.serve\.\w+|tornado\.\w+|modal\.\w*web\w*|functions_framework\.(http|cloud_event)|strawberry\.(mutation|field)|channels\..*)(\(\))?$/;
const COMMANDS =
  /^(click\.(option|argument|command|group)|click\.\w+\(\)\.command|typer\.Typer\(\)\.(command|callback)|fire\.\w+|plac\.\w+)(\(\))?$/;
const TASKS =
  /^(celery\.(shared_task|Celery\(\)\.task)|celery\.\w+|dramatiq\.actor|rq\.decorators\.job|huey\.\w+\(\)\.task|faust\.App\(\)\.agent|arq\.\w+)(\(\))?$/;
const VIEWS =
  /(^|\.)(\w*APIView|\w*View|\w*ViewSet|Resource|MethodView|RequestHandler|HTTPEndpoint|BaseHTTPRequestHandler|SimpleHTTPRequestHandler|\w*Servicer)$/;
const VERBS =
  /^(get|post|put|patch|delete|head|options|do_\w+|list|create|retrieve|update|partial_update|destroy|perform_create|[A-Z]\w+)$/;
const PYFUNC = /^mlflow\.(pyfunc\.)?PythonModel$/;

const REQUEST: Localized = { en: "request", zh: "请求" };
const COMMAND: Localized = { en: "command line", zh: "命令行" };
const TASK: Localized = { en: "message of a queue", zh: "队列消息" };

/** How a function is reached from outside, as far as it says so itself. */
export interface Entry {
  readonly kind: MarkKind;
  readonly label: Localized;
  /** Whether it answers requests over a network. */
  readonly service: boolean;
}

/** @returns undefined for a function that only the project's own code calls */
export function entryOf(fn: FunctionInfo): Entry | undefined {
  const { text } = fn.module.source;
  for (const { node, value } of fn.decorators) {
    const paths = pathsOf(value);
    const shown = text.slice(node.start, Math.min(node.end, node.start + 200));
    if (paths.some((path) => ROUTERS.test(path) || OTHER_ENTRIES.test(path)) || ROUTE_LIKE.test(shown)) {
      return { kind: "request", label: REQUEST, service: true };
    }
    if (paths.some((path) => COMMANDS.test(path)))
      return { kind: "argument", label: COMMAND, service: false };
    if (paths.some((path) => TASKS.test(path))) return { kind: "queue", label: TASK, service: false };
  }
  const bases = fn.owner === undefined ? [] : foreignBases(fn.owner);
  if (bases.some((base) => VIEWS.test(base)) && VERBS.test(fn.name))
    return { kind: "request", label: REQUEST, service: true };
  const [first, second] = fn.parameters;
  if (/^(lambda_)?handler$/.test(fn.name) && first?.name === "event" && second?.name === "context")
    return { kind: "request", label: REQUEST, service: true };
  if (bases.some((base) => PYFUNC.test(base)) && fn.name === "predict")
    return { kind: "request", label: { en: "input of a model", zh: "模型输入" }, service: false };
  return undefined;
}

const OWN =
  /^(self|cls|context|ctx|response|db|session|background_tasks|user|current_user|settings|client|logger|log)$/;
const INJECTED =
  /\b(Session|AsyncSession|BackgroundTasks|Response|Settings|Depends|Security|Engine|MlflowClient|Logger|Connection)\b/;
const REQUEST_TYPES = /\b(Request|HttpRequest|WebSocket|HTTPConnection|WSGIRequest|HttpRequest|UploadFile)\b/;
const REQUEST_MODULES: readonly string[] = [
  "django",
  "starlette",
  "aiohttp",
  "fastapi",
  "sanic",
  "tornado",
  "rest_framework",
  "falcon",
  "quart",
  "pyramid",
  "functions_framework",
  "litestar",
];

/** What a parameter carries in from outside when nobody of the project calls the function. */
export function entryMarks(fn: FunctionInfo, parameter: Parameter): readonly Mark[] {
  const entry = entryOf(fn);
  const { text } = fn.module.source;
  const annotation =
    parameter.annotation === undefined
      ? ""
      : text.slice(parameter.annotation.start, parameter.annotation.end);
  const site = { module: fn.module, node: parameter.node };
  const request =
    (parameter.name === "request" || parameter.name === "req") &&
    REQUEST_MODULES.some((name) => fn.module.imports.has(name));
  if (request || REQUEST_TYPES.test(annotation)) return [{ kind: "request", label: REQUEST, site, way: [] }];
  if (entry === undefined || OWN.test(parameter.name) || INJECTED.test(annotation)) return [];
  if (
    /^\s*(int|float|bool|UUID|uuid\.UUID|datetime|date|Literal\[.*\]|\w*Enum|Annotated\[(int|float|bool)\b.*)\s*(\|\s*None)?\s*$/.test(
      annotation,
    )
  )
    return [];
  if (pathsOf(parameter.default).some((path) => /^fastapi\.(Depends|Security)\(\)$/.test(path))) return [];
  return [{ kind: entry.kind, label: entry.label, site, way: [] }];
}
