import { styleText } from "node:util";
import { story } from "./story.ts";
import { World } from "./world.ts";

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Tells the story to a person. Exit code 1 at the first step that does not hold. */
async function tell(): Promise<number> {
  const python = process.env["MODELKEEP_PYTHON"];
  if (python === undefined) throw new Error("MODELKEEP_PYTHON is not set: run npm start -- --demo");
  const world = await World.make(python);
  const started = Date.now();
  const interrupted = (): void => {
    void world.end().then(() => process.exit(130));
  };
  process.on("SIGINT", interrupted);
  try {
    for (const [index, step] of story.entries()) {
      print(`\n${styleText("bold", `${index + 1}. ${step.title}`)}`);
      const begun = Date.now();
      for (const fact of await step.run(world)) print(`   ${styleText("green", "✔")} ${fact}`);
      print(styleText("dim", `   ${((Date.now() - begun) / 1000).toFixed(1)} s`));
    }
    print(`\n${styleText("green", "Every step held")}, in ${((Date.now() - started) / 1000).toFixed(0)} s.`);
    return 0;
  } catch (error) {
    print(`   ${styleText("red", "✘")} ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  } finally {
    process.off("SIGINT", interrupted);
    await world.end();
  }
}

process.exitCode = await tell();
