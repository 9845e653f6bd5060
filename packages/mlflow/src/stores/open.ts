import { elsewhere } from "../client.ts";
import type { Connection } from "../http/connection.ts";
import type { Location } from "../uri/resolve.ts";
import { localStore } from "./local.ts";
import { proxyStore } from "./proxy.ts";
import type { Environment } from "./sdk.ts";
import type { Store } from "./store.ts";

/**
 * The store of a location. SDKs of object stores are imported here and not before.
 * @throws {MlflowError} `configuration`
 */
export async function openStore(
  location: Location,
  connection: () => Connection,
  env: Environment,
): Promise<Store> {
  switch (location.kind) {
    case "local":
      return localStore(location.path);
    case "proxy": {
      const { origin } = location;
      return proxyStore(origin === undefined ? connection() : elsewhere(connection, origin), location.path);
    }
    case "s3":
      return await (await import("./s3.ts")).s3Store(location, env);
    case "gcs":
      return await (await import("./gcs.ts")).gcsStore(location, env);
    case "azure":
      break;
  }
  return await (await import("./azure.ts")).azureStore(location, env);
}
