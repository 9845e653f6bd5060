import type { Command } from "../command.ts";

export const command: Command = {
  name: "predict",
  summary:
    "predict with a model that is scanned first; needs no Python for plain scikit-learn, XGBoost and LightGBM",
  async run(argv) {
    const { predictCommand } = await import("../predict/run.ts");
    return await predictCommand(argv);
  },
};
