import type { ByteSource } from "@modelkeep/bytes";
import { lightgbmFault } from "../allowlist/contracts/boosters.ts";
import { xgboostFileFault } from "../allowlist/contracts/xgboost-document.ts";
import { Collector } from "../collector.ts";
import type { Judgement } from "../judge.ts";
import { rule as contractBreach } from "../rules/mk1202.ts";
import { rule as budget } from "../rules/mk1306.ts";

/** How LightGBM knows its models: the first line. It ends a line at either character (src/boosting/boosting.cpp). */
const LIGHTGBM = /^tree[\r\n]/;
/** A string of JavaScript holds no more than twice as much. */
const MOST_TEXT_BYTES = 256 * 2 ** 20;

/** The formats in which XGBoost could find a model: its reader is more lenient than ours, so text counts as well. */
const XGBOOST: ReadonlySet<string> = new Set(["json", "ubj", "text"]);

/**
 * Models that a native library follows as indices: LightGBM's text and XGBoost's JSON and UBJSON hold to the same
 * contracts as files as within a pickle (neither library checks all indices, so they could point anywhere, or in a circle).
 * @returns the judgement, worsened where the model is outside its contract
 */
export function withNativeText(source: ByteSource, format: string, judgement: Judgement): Judgement {
  const into = new Collector();
  into.raise(judgement.verdict);
  if (format === "text" && LIGHTGBM.test(textOf(source, Math.min(5, source.size)))) addLightgbm(source, into);
  else if (XGBOOST.has(format)) {
    const fault = xgboostFileFault(source, format);
    if (fault !== undefined) into.add(contractBreach, `XGBoost: ${fault}`, undefined);
  }
  if (into.findings.length === 0) return judgement;
  return { verdict: into.verdict, findings: [...judgement.findings, ...into.findings] };
}

function addLightgbm(source: ByteSource, into: Collector): void {
  if (source.size > MOST_TEXT_BYTES) {
    into.add(budget, `a LightGBM model of more than ${MOST_TEXT_BYTES} bytes`, undefined);
    return;
  }
  const fault = lightgbmFault(textOf(source, source.size));
  if (fault !== undefined) into.add(contractBreach, `LightGBM: ${fault}`, undefined);
}

function textOf(source: ByteSource, length: number): string {
  return Buffer.from(source.view(0, length)).toString("latin1");
}
