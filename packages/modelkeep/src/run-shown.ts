/**
 * Runs a command line's work and shows what it throws: one line, or with `--debug` the stack as well.
 * @param argv without the interpreter and the script
 * @param work gets the words without `--debug`
 * @returns exit code as the work gives it; 2 when it fails
 */
export async function runShown(
  argv: readonly string[],
  work: (words: readonly string[]) => Promise<number>,
): Promise<number> {
  const debug = argv.includes("--debug");
  try {
    return await work(argv.filter((word) => word !== "--debug"));
  } catch (error) {
    const { describeError } = await import("./describe-error.ts");
    process.stderr.write(`${describeError(error)}\n`);
    if (debug && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    return 2;
  }
}
