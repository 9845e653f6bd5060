import { spawn } from "node:child_process";

/**
 * Runs a program to its end, without a shell and without standard input.
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, showLine?: (line: string) => boolean }} options
 *   `showLine`: the lines that go to standard error as they come
 * @returns {Promise<{ code: number, stdout: string, output: string }>} `output`: both streams together
 */
export function run(file, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let output = "";
    const keep = (text) => {
      output += text;
      for (const line of text.split("\n")) if (options.showLine?.(line)) process.stderr.write(`${line}\n`);
    };
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
      keep(text);
    });
    child.stderr.setEncoding("utf8").on("data", keep);
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 128, stdout, output }));
  });
}

/** The last line with something in it. */
export function lastLine(text) {
  return text.trim().split("\n").at(-1)?.trim() ?? "";
}
