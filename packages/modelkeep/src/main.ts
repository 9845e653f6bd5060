import { keepCompiledCode } from "./compile-cache.ts";

keepCompiledCode();

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // The reader of a pipe (`head`) has seen enough. The work is not done, so this is no success.
  if (error.code === "EPIPE") process.exit(2);
  throw error;
});

const { main } = await import("./cli.ts");
process.exitCode = await main(process.argv.slice(2));
