import { UsageError } from "../command.ts";

/** What a command line chose: the method, and what follows. */
export interface Choice<Method> {
  readonly name: string;
  readonly method: Method;
  readonly rest: readonly string[];
}

/**
 * Finds the method that the first word names. Without one it is `sigstore`, as for the reference tool.
 * @param command `sign` or `verify`
 * @throws {UsageError} when nothing of that name is there
 */
export async function choose<Method>(
  command: string,
  argv: readonly string[],
  methods: ReadonlyMap<string, () => Promise<Method>>,
): Promise<Choice<Method>> {
  const [first = ""] = argv;
  const load = methods.get(first);
  if (load !== undefined) return { name: first, method: await load(), rest: argv.slice(1) };
  const known = [...methods.keys()].join(", ");
  if (first.startsWith("pkcs11-")) {
    throw new UsageError(
      `${command}: there is no method ${first}: a hardware key's signatures are like any other's`,
      `use one of ${known}`,
    );
  }
  const sigstore = methods.get("sigstore");
  if (sigstore === undefined) {
    throw new UsageError(`${command}: there is no method ${JSON.stringify(first)}`, `use one of ${known}`);
  }
  return { name: "sigstore", method: await sigstore(), rest: argv };
}
