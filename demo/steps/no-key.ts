import { answerOf } from "../world.ts";
import { demand, type Step } from "../step.ts";

/** The same client without a key, and with a wrong one. */
export const noKey: Step = {
  title: "A client without a key is refused, and so is one with a wrong key",
  async run(world) {
    const facts: string[] = [];
    for (const [who, key] of [
      ["without a key", ""],
      ["with a wrong key", `${world.userKey.slice(0, -4)}AAAA`],
    ] as const) {
      const answer = answerOf(await world.client("search.py", [], key));
      demand(typeof answer["error"] === "string", `${who}: the client gets an error`, answer);
      demand(
        /401|UNAUTHENTICATED|credential|key/iu.test(String(answer["message"])),
        `${who}: it says why`,
        answer,
      );
      facts.push(`${who}: ${String(answer["message"]).split("\n")[0]?.slice(0, 160)}`);
    }
    const honest = answerOf(await world.client("search.py", []));
    demand(
      Array.isArray(honest["names"]) && honest["names"].includes("wine"),
      "the honest key still works",
      honest,
    );
    return facts;
  },
};
