import { spawnSync } from "node:child_process";
import { SigningError } from "../errors.ts";

/** OpenSC's command, which loads the vendor's module in a process of its own. */
const TOOL = "pkcs11-tool";
/** A person may have to touch the device. */
const TIMEOUT_MS = 120_000;
const PIN_VARIABLE = "MODELKEEP_PKCS11_TOOL_PIN";

/** One call of the tool. */
export interface ToolCall {
  readonly argv: readonly string[];
  readonly input?: Uint8Array;
  /** Handed over by the environment: arguments are shown to every user of the machine. */
  readonly pin?: string;
}

/**
 * Runs `pkcs11-tool` (OpenSC).
 * @returns what it wrote to standard output
 * @throws {SigningError} `key-unusable` with the tool's own words when it fails, `io` when it is not installed
 */
export function runTool({ argv, input, pin }: ToolCall): Buffer {
  const login = pin === undefined ? [] : ["--login", "--pin", `env:${PIN_VARIABLE}`];
  const { status, signal, stdout, stderr, error } = spawnSync(TOOL, [...argv, ...login], {
    input: input ?? "",
    env: { ...process.env, LC_ALL: "C", ...(pin === undefined ? {} : { [PIN_VARIABLE]: pin }) },
    timeout: TIMEOUT_MS,
    maxBuffer: 2 ** 20,
  });
  if (error !== undefined && "code" in error && error.code === "ENOENT")
    throw new SigningError("io", `hardware keys need ${TOOL}, which is not installed`, {
      advice: "install OpenSC (Debian: apt-get install opensc)",
    });
  if (error !== undefined || status !== 0) throw failed(stderr, error?.message ?? signal ?? undefined);
  return stdout;
}

function failed(stderr: Buffer | null, why: string | undefined): SigningError {
  const lines = (stderr?.toString() ?? "").split("\n").map((line) => line.trim());
  const said = lines.find((line) => /^error:|not found|No slot|failed/iu.test(line)) ?? why ?? "it failed";
  const pin = said.includes("CKR_PIN");
  return new SigningError("key-unusable", `${TOOL}: ${said.replace(/^error: /u, "").slice(0, 300)}`, {
    advice: pin
      ? "check the PIN: tokens lock after a few wrong ones"
      : "check the URI, the module and the token",
  });
}
