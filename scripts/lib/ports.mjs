import { createServer } from "node:net";
import { SetupError } from "./say.mjs";

/** @throws SetupError when a loopback port cannot be listened on */
export async function checkPort(port, host = "127.0.0.1") {
  const server = createServer();
  try {
    await new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, host, resolve);
    });
  } catch (error) {
    throw new SetupError(portProblem(error, port));
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

function portProblem(error, port) {
  if (error.code === "EADDRINUSE") {
    return `port ${port} is taken: stop the program that uses it, or run npm start -- --port ${port + 1}`;
  }
  if (error.code === "EACCES") return `port ${port} needs more rights: run npm start -- --port 5000`;
  return `port ${port} cannot be used (${error.message}): run npm start -- --port with another one`;
}
