import { administrationRoutes } from "./administration.ts";
import { artifactRoutes } from "./artifacts.ts";
import { experimentRoutes } from "./experiments.ts";
import { genaiRoutes } from "./genai.ts";
import { loggedModelRoutes } from "./logged-models.ts";
import mlflow3172 from "./mlflow-3.17.2.json" with { type: "json" };
import { pageRoutes } from "./pages.ts";
import { registeredModelRoutes } from "./registered-models.ts";
import type { Route, RouteGroup } from "./route.ts";
import { runRoutes } from "./runs.ts";
import { traceRoutes } from "./traces.ts";

export const ROUTE_GROUPS: readonly RouteGroup[] = [
  experimentRoutes,
  runRoutes,
  registeredModelRoutes,
  loggedModelRoutes,
  artifactRoutes,
  traceRoutes,
  genaiRoutes,
  administrationRoutes,
  pageRoutes,
];

/** Every route of every known MLflow server, as `METHOD /path`, written by `tools/routes/list_routes.py`. */
export const SERVER_ROUTES: readonly string[] = mlflow3172.routes;

/** The same handler answers under each of these; what is behind them decides. One route lacks its slash in MLflow. */
const TWIN_PREFIX = /^(\S+ )\/(?:ajax-)?api\/[23]\.0\/?(?=\S)/u;

/** `GET /ajax-api/2.0/mlflow/runs/get` → `GET /mlflow/runs/get`. */
export function stem(serverRoute: string): string {
  return serverRoute.replace(TWIN_PREFIX, "$1/");
}

export interface RouteMatch {
  readonly route: Route;
  readonly params: ReadonlyMap<string, string>;
}

interface Template {
  readonly method: string;
  readonly pattern: RegExp;
  readonly names: readonly string[];
  readonly route: Route;
}

const NO_PARAMS: ReadonlyMap<string, string> = new Map();

/** Finds a request's route. Only what MLflow serves and somebody classified is ever found. */
export class RouteTable {
  readonly #exact = new Map<string, Route>();
  readonly #templates: Template[] = [];

  constructor(serverRoutes: readonly string[] = SERVER_ROUTES, groups: readonly RouteGroup[] = ROUTE_GROUPS) {
    const classified = new Map(groups.flatMap((group) => Object.entries(group)));
    for (const serverRoute of serverRoutes) {
      const route = classified.get(stem(serverRoute));
      if (route === undefined) continue;
      const [method = "", path = ""] = serverRoute.split(" ");
      if (path.includes("{")) this.#templates.push(compile(method, path, route));
      else this.#exact.set(serverRoute, route);
    }
  }

  /** @param path decoded and normalised; a HEAD is looked up as the GET that it stands for */
  match(method: string, path: string): RouteMatch | undefined {
    const wanted = method === "HEAD" ? "GET" : method;
    const exact = this.#exact.get(`${wanted} ${path}`);
    if (exact !== undefined) return { route: exact, params: NO_PARAMS };
    for (const { method: known, pattern, names, route } of this.#templates) {
      const found = known === wanted ? pattern.exec(path) : null;
      if (found === null) continue;
      return { route, params: new Map(names.map((name, index) => [name, found[index + 1] ?? ""])) };
    }
    return undefined;
  }
}

// `{a}` is one segment, `{a*}` the rest of the path. Alternatives do not overlap, so matching is linear.
function compile(method: string, path: string, route: Route): Template {
  const names: string[] = [];
  const source = path
    .split(/(\{\w+\*?\})/u)
    .map((piece) => {
      const parameter = /^\{(\w+)(\*?)\}$/u.exec(piece);
      if (parameter === null) return piece.replaceAll(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`);
      names.push(parameter[1] ?? "");
      return parameter[2] === "*" ? "(.+)" : "([^/]+)";
    })
    .join("");
  return { method, pattern: new RegExp(`^${source}$`, "u"), names, route };
}
