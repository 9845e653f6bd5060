import { existsSync } from "node:fs";
import { answerOf } from "../world.ts";
import { demand, type Step } from "../step.ts";

/** A valid key uploads a model whose pickle runs a command. */
export const attack: Step = {
  title: "A client with a key uploads a model whose pickle would run a command",
  async run(world) {
    const marker = world.path("marker-of-the-upload");
    const ended = await world.client("attack.py", [world.path("hostile"), marker]);
    const answer = answerOf(ended);
    demand(ended.code === 0, "the upload is refused with MLflow's own exception", answer);
    const message = String(answer["message"]);
    demand(
      /malicious/u.test(message) && /subprocess/u.test(message),
      "the error names verdict and reason",
      message,
    );
    const listed = await world.client("list_artifacts.py", [String(answer["run"]), "model"]);
    demand(
      listed.code === 0 && !listed.stdout.includes("model.pkl"),
      "nothing of the file is in the run",
      listed,
    );
    demand(!existsSync(marker), "the command ran nowhere");
    return [`the client shows: ${said(message)}`, "the file is not in the run, and the command ran nowhere"];
  },
};

/** The gateway's words within the client's message. */
function said(message: string): string {
  return /"message":"((?:[^"\\]|\\.)*)"/u.exec(message)?.[1] ?? message;
}
