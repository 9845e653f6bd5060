import { spawn } from "node:child_process";

/** Output kept for an error message, in UTF-16 units. */
const TAIL = 4_000;

export interface Finished {
  /** Exit code; 128 + n when ended by a signal, as in a shell. */
  readonly code: number;
  /** Standard output, cut at one MiB. */
  readonly stdout: string;
  /** The end of standard output and standard error together, for messages. */
  readonly tail: string;
}

export interface RunOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly onLine?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Runs one program to its end, without a shell and without standard input.
 * @throws when it cannot be started (ENOENT …) or `signal` aborts it
 */
export function run(file: string, args: readonly string[], options: RunOptions): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      env: options.env,
      stdio: ["ignore", "pipe", "pipe"],
      ...(options.signal ? { signal: options.signal } : {}),
    });
    let stdout = "";
    let tail = "";
    const keep = (text: string): void => {
      tail = (tail + text).slice(-TAIL);
      for (const line of text.split("\n")) if (line.trim() !== "") options.onLine?.(line.trim());
    };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      if (stdout.length < 1_048_576) stdout += text;
      keep(text);
    });
    child.stderr.setEncoding("utf8").on("data", keep);
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 128, stdout, tail }));
  });
}

const KEPT = new Set([
  "PATH",
  "HOME",
  "LANG",
  "LC_ALL",
  "TMPDIR",
  "XDG_CACHE_HOME",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "REQUESTS_CA_BUNDLE",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "ALL_PROXY",
]);

/**
 * The part of an environment that a package installer needs: paths, certificates, proxies and the installers' own
 * settings. Nothing else (keys, tokens of other tools) reaches it.
 */
export function installerEnvironment(from: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(from).filter(([name]) => KEPT.has(name.toUpperCase()) || /^(?:PIP|UV|PYENV)_/u.test(name)),
  );
}
