import type { Command } from "../command.ts";

export const command: Command = {
  name: "serve",
  summary: "serve a model that is scanned first, as mlflow models serve does",
  async run(argv) {
    const { serveCommand } = await import("../serve/run.ts");
    return await serveCommand(argv);
  },
};
