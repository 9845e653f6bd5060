import { analyzeNpy } from "./numpy/npy.ts";
import { type FormatReader, hasMagic } from "./reader.ts";

/** NumPy's `.npy`. */
export const npyReader: FormatReader = {
  format: "npy",
  matches: ({ head }) => hasMagic(head, "\x93NUMPY"),
  read: (source, ctx) => analyzeNpy(source, ctx),
};
