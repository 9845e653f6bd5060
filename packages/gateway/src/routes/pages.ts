import { graphqlResources, withoutHiddenVersions } from "./graphql.ts";
import { authenticated, on, refused, route } from "./define.ts";
import type { RouteGroup } from "./route.ts";

/** MLflow's web pages and what tells about the server. */
export const pageRoutes: RouteGroup = {
  "GET /": authenticated("pages", { transport: "page" }),
  "GET /static-files/{path*}": authenticated("pages", { transport: "page" }),
  "GET /build/{filename*}": authenticated("pages", { transport: "page" }),
  "GET /health": route("health", { kind: "public" }, {}),
  "GET /version": authenticated("version"),
  "GET /mlflow/server-info": authenticated("version"),
  "GET /mlflow/ui-telemetry": authenticated("ui-telemetry"),
  "POST /mlflow/ui-telemetry": authenticated("ui-telemetry"),
  "POST /graphql": on("graphql", "READ", graphqlResources, { rewrite: withoutHiddenVersions }),
  "GET /graphql": refused("graphql", "GraphQL is taken by POST only"),
};
