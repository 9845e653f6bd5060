import type { Command } from "../command.ts";

export const command: Command = {
  name: "users",
  summary: "create and list the gateway's users",
  async run(argv) {
    const { usersCommand } = await import("../gateway/users.ts");
    return await usersCommand(argv);
  },
};
