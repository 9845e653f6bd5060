import type { Command } from "../command.ts";

export const command: Command = {
  name: "doctor",
  summary: "check this machine and the data folder, and say what to do",
  async run(argv) {
    const { doctorCommand } = await import("../doctor/doctor.ts");
    return await doctorCommand(argv);
  },
};
