// `npm run clients`: MLflow's Java client and the R client's requests against a real MLflow behind the gateway.
// Slow (Maven downloads the client), so it is a command of its own. Needs Maven with a JDK ≥ 17, and R with httr.
// With arguments (`npm run clients -- PYTHON…`), each the Python of an environment with some version of MLflow: the
// whole life of MLflow's Python client in each of them instead.
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const modelkeep = join(here, "..", "..", "packages", "modelkeep", "bin", "modelkeep");

function need(program, hint) {
  if (spawnSync(program, ["--version"]).error === undefined) return;
  console.error(`clients: ${program} is missing: ${hint}`);
  process.exit(2);
}

function run(program, args, options = {}) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8", ...options });
  if (status !== 0) throw new Error(`${program} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

async function ready(url, gateway) {
  for (let tries = 0; tries < 600; tries++) {
    if (gateway.exitCode !== null) throw new Error(`the gateway ended with ${gateway.exitCode}`);
    const answer = await fetch(`${url}/modelkeep/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error("the gateway was not ready within five minutes");
}

async function clients(folder, url, key) {
  cpSync(join(here, "java"), join(folder, "java"), { recursive: true });
  const java = { cwd: join(folder, "java") };
  run("mvn", ["-q", "-B", "package", "dependency:build-classpath", "-Dmdep.outputFile=classpath"], java);
  const classpath = `target/classes:${readFileSync(join(folder, "java", "classpath"), "utf8").trim()}`;
  for (const how of ["token", "password"]) {
    process.stdout.write(run("java", ["-cp", classpath, "Life", url, key, how], java));
  }
  process.stdout.write(run("Rscript", [join(here, "r", "life.R"), url, key]));
}

async function api(url, key, path, document) {
  const answer = await fetch(`${url}/modelkeep/api/v1/${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(document),
  });
  if (!answer.ok) throw new Error(`${path} was answered ${answer.status}: ${await answer.text()}`);
  return await answer.json();
}

async function contributor(url, key, name) {
  await api(url, key, "users", { name });
  return (await api(url, key, "keys", { user: name })).key;
}

/** Runs the life of the Python client in each environment; one that fails does not keep the next from being tried. */
async function pythonClients(pythons, url, key) {
  const mine = await contributor(url, key, "mine");
  const other = await contributor(url, key, "other");
  for (const python of pythons) {
    const life = spawnSync(python, [join(here, "python", "life.py"), url, mine, other], { stdio: "inherit" });
    if (life.status !== 0) process.exitCode = 1;
  }
}

const pythons = process.argv.slice(2);
if (pythons.length === 0) {
  need("mvn", "install Maven and a JDK");
  need("Rscript", "install R with its packages httr and jsonlite");
}
for (const python of pythons) need(python, "give the Python of an environment that has MLflow");
const folder = mkdtempSync(join(tmpdir(), "modelkeep-clients-"));
const key = `mk_${randomBytes(6).toString("hex")}_${randomBytes(32).toString("base64url")}`;
const port = await freePort();
const gateway = spawn(modelkeep, ["gateway", "--port", String(port), "--data", join(folder, "data")], {
  env: { ...process.env, MODELKEEP_ADMIN_KEY: key },
  stdio: ["ignore", "ignore", "inherit"],
});
try {
  await ready(`http://127.0.0.1:${port}`, gateway);
  const url = `http://127.0.0.1:${port}`;
  await (pythons.length === 0 ? clients(folder, url, key) : pythonClients(pythons, url, key));
} finally {
  gateway.kill("SIGTERM");
  if (gateway.exitCode === null) await once(gateway, "exit");
  rmSync(folder, { recursive: true });
}
