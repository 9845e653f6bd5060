import type { WriterFactory } from "./writer.ts";

/** One line of JSON a file, as it comes. What a model says as a whole is on the line of its MLmodel. */
export const writer: WriterFactory = () => ({
  file: (report) => `${JSON.stringify(report)}\n`,
  model: () => "",
  end: () => "",
});
