import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

/**
 * Keeps compiled code from one start to the next. Node's default folder for it lies in the shared temporary
 * directory, where another user could put bytecode for us to run; ours is under the user's own cache.
 */
export function keepCompiledCode(): void {
  enableCompileCache(
    join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "modelkeep", "compiled"),
  );
}
