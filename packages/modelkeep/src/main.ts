import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

// Node's default folder for compiled code lies in the shared temporary directory, where another user could put
// bytecode for us to run; ours is under the user's own cache.
enableCompileCache(join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "modelkeep", "compiled"));

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // The reader of a pipe (`head`) has seen enough. The work is not done, so this is no success.
  if (error.code === "EPIPE") process.exit(2);
  throw error;
});

const { main } = await import("./cli.ts");
process.exitCode = await main(process.argv.slice(2));
