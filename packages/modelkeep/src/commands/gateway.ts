import type { Command } from "../command.ts";

export const command: Command = {
  name: "gateway",
  summary: "guard a MLflow server: identity, access, admission, audit log",
  async run(argv) {
    const { gatewayCommand } = await import("../gateway/gateway.ts");
    return await gatewayCommand(argv);
  },
};
