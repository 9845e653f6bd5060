// A gateway in a process of its own, to be killed: `node gateway_crash.mjs DATA_FOLDER ADMIN_KEY`. Prints its address.
// Nothing is behind it: what it is asked for in the test needs no MLflow.
import { startGateway } from "../../packages/gateway/dist/server.js";

const [dataDir, adminKey] = process.argv.slice(2);
const scanner = {
  policy: {},
  scanFile: () => Promise.reject(new Error("unused")),
  scanModel: () => Promise.reject(new Error("unused")),
};
const gateway = await startGateway({ upstream: "http://127.0.0.1:9", dataDir, adminKey, port: 0, scanner });
process.stdout.write(`${gateway.url}\n`);
