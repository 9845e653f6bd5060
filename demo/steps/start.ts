import { demand, type Step } from "../step.ts";

/** The gateway with a MLflow of its own, and a user with a key. */
export const start: Step = {
  title: "Start the gateway, with a MLflow of its own behind it; create a user and a key",
  async run(world) {
    await world.startGateway();
    const user = await world.modelkeep(["users", "create", "ada"], world.adminKey);
    demand(user.code === 0, "modelkeep users create ends with 0", user.stderr);
    const key = await world.modelkeep(
      ["keys", "create", "--user", "ada", "--name", "laptop"],
      world.adminKey,
    );
    demand(key.code === 0, "modelkeep keys create ends with 0", key.stderr);
    world.userKey = key.stdout.trim();
    demand(/^\S{20,}$/u.test(world.userKey), "the key stands alone on standard output");
    return [`it answers at ${world.url}`, "ada is a contributor and has one key"];
  },
};
