// A Python process that answers one line for each line, for benchmarks that interleave with it.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** Set on some machines, they make a current NumPy slower than it is out of the box: the comparison leaves them out. */
const SLOWING = ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"];

/** @param threads how many threads the libraries may use; undefined for their own default */
export function pythonLines(python, args, threads) {
  const env = { ...process.env };
  for (const name of SLOWING) delete env[name];
  if (threads !== undefined)
    for (const name of ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"])
      env[name] = `${threads}`;
  const child = spawn(python, args, { env, stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error("the Python process ended");
      return JSON.parse(value);
    },
    end: () => child.stdin.end(),
  };
}

export function cleanEnvironment() {
  const env = { ...process.env };
  for (const name of SLOWING) delete env[name];
  return env;
}
