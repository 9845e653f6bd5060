import { readWhole } from "@modelkeep/signing/bundle/read";
import type { Arguments } from "./arguments.ts";

/** Keys, certificates and chains are smaller. */
const MAX_PEM_BYTES = 2 ** 20;

/** The content of the file that an option names, which must be given. */
export function fileOf(
  args: Arguments,
  option: string,
): { readonly bytes: Uint8Array; readonly name: string } {
  const name = args.required(option);
  return { bytes: readWhole(name, MAX_PEM_BYTES), name };
}

/** The contents of all files that an option names. */
export function filesOf(
  args: Arguments,
  option: string,
): readonly { readonly bytes: Uint8Array; readonly name: string }[] {
  return args.texts(option).map((name) => ({ bytes: readWhole(name, MAX_PEM_BYTES), name }));
}
