import type { ByteSource } from "@modelkeep/bytes";
import { lightgbmFault } from "../allowlist/contracts/boosters.ts";
import { Collector } from "../collector.ts";
import type { Judgement } from "../judge.ts";
import { rule as contractBreach } from "../rules/mk1202.ts";
import { rule as budget } from "../rules/mk1306.ts";

/** How LightGBM knows its models: the first line. It ends a line at either character (src/boosting/boosting.cpp). */
const LIGHTGBM = /^tree[\r\n]/;
/** A string of JavaScript holds no more than twice as much. */
const MOST_TEXT_BYTES = 256 * 2 ** 20;

/**
 * Text that a native library follows as indices: LightGBM's models hold to the same contract as a file as within a
 * pickle (`lightgbm.Booster(model_file=…)` does not check children, so they could point anywhere, or in a circle).
 * @returns the judgement, worsened where the model is outside its contract
 */
export function withNativeText(source: ByteSource, format: string, judgement: Judgement): Judgement {
  if (format !== "text" || !LIGHTGBM.test(textOf(source, Math.min(5, source.size)))) return judgement;
  const into = new Collector();
  into.raise(judgement.verdict);
  if (source.size > MOST_TEXT_BYTES) {
    into.add(budget, `a LightGBM model of more than ${MOST_TEXT_BYTES} bytes`, undefined);
  } else {
    const fault = lightgbmFault(textOf(source, source.size));
    if (fault !== undefined) into.add(contractBreach, `LightGBM: ${fault}`, undefined);
  }
  return { verdict: into.verdict, findings: [...judgement.findings, ...into.findings] };
}

function textOf(source: ByteSource, length: number): string {
  return Buffer.from(source.view(0, length)).toString("latin1");
}
