// Load for bench/serve.mjs, a process of its own so that it can be pinned to another core than the server:
//   node bench/serve-load.mjs PORT BODY CONNECTIONS SECONDS [EXPECTED STATUS]
// Each connection is kept alive and has one request under way. Prints one JSON line.
import { readFileSync } from "node:fs";
import { connect } from "node:net";

const [port, bodyFile, connections, seconds] = process.argv.slice(2);
const body = readFileSync(bodyFile);
const head =
  `POST /invocations HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\n` +
  `content-length: ${body.length}\r\n\r\n`;
const request = Buffer.concat([Buffer.from(head), body]);
const latencies = [];
let failures = 0;
const until = performance.now() + Number(seconds) * 1000;

/** Length of the response at the start of `text`, undefined while it is not all there. */
function lengthOf(text) {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const length = /content-length: *(\d+)/iu.exec(text.slice(0, end));
  if (length === null) throw new Error(`a response without a length: ${text.slice(0, end)}`);
  const whole = end + 4 + Number(length[1]);
  return text.length < whole ? undefined : whole;
}

function client() {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: Number(port), host: "127.0.0.1", noDelay: true });
    let began = performance.now();
    let text = "";
    const send = () => {
      began = performance.now();
      socket.write(request);
    };
    socket.on("connect", send);
    socket.on("error", reject);
    socket.on("close", () => resolve());
    socket.on("data", (bytes) => {
      text += bytes.latin1Slice();
      if (lengthOf(text) === undefined) return;
      if (!text.startsWith("HTTP/1.1 200 ")) failures++;
      text = "";
      const now = performance.now();
      latencies.push(now - began);
      if (now < until) send();
      else socket.destroy();
    });
  });
}

const started = performance.now();
await Promise.all(Array.from({ length: Number(connections) }, client));
const elapsed = (performance.now() - started) / 1000;
latencies.sort((a, b) => a - b);
const at = (share) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))];
console.log(
  JSON.stringify({
    count: latencies.length,
    failures,
    elapsed,
    p50: at(0.5),
    p99: at(0.99),
    cpu: process.cpuUsage(),
  }),
);
