// The gateway in a process of its own, for the bench: DATA_FOLDER UPSTREAM_URL UPSTREAM_HEADERS ADMIN_KEY. Prints its address.
import { startGateway } from "../packages/gateway/dist/server.js";
import { ScanService } from "../packages/scanner/dist/service.js";

const [dataDir, upstream, headers, adminKey] = process.argv.slice(2);
const scanner = new ScanService({ workers: 1 });
const gateway = await startGateway({
  upstream,
  upstreamHeaders: JSON.parse(headers),
  dataDir,
  adminKey,
  port: 0,
  scanner,
});
process.stdout.write(`${gateway.url}\n`);
process.once("SIGTERM", () => void stop());

async function stop() {
  await gateway.close();
  await scanner.close();
}
