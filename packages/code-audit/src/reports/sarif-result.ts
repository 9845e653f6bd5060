import { LEVEL } from "@modelkeep/findings/writers/sarif-words";
import { SARIF_FINGERPRINT } from "../baseline/baseline.ts";
import type { AuditFinding, Edit, Step } from "../model/finding.ts";
import type { SuppressedFinding } from "../model/report.ts";
import { LineIndex, type Place } from "../model/source.ts";
import { type AuditDocument, say } from "./document.ts";
import { artifactOf, type SarifPlaces } from "./sarif-places.ts";

/** GitHub refuses more steps than 10,000 for one result and shows 1,000. */
const MOST_STEPS = 1_000;

/** What all results of a document are made with. */
export interface ResultContext {
  readonly document: AuditDocument;
  readonly places: SarifPlaces;
  /** Of a rule's id, its place in the driver's list. */
  readonly ruleIndex: ReadonlyMap<string, number>;
  readonly silenced: ReadonlyMap<AuditFinding, SuppressedFinding>;
  /** What a baseline does not know; undefined without one. */
  readonly fresh: ReadonlySet<AuditFinding> | undefined;
}

export function contextOf(document: AuditDocument, places: SarifPlaces): ResultContext {
  const { rules, report, comparison } = document;
  return {
    document,
    places,
    ruleIndex: new Map(rules.map(({ id }, index) => [id, index])),
    silenced: new Map(report.suppressed.map((one) => [one.finding, one])),
    fresh: comparison === undefined ? undefined : new Set(comparison.fresh),
  };
}

export function resultOf(context: ResultContext, finding: AuditFinding): object {
  const { document, places } = context;
  const { ruleId, severity, place, steps, cwe } = finding;
  const lineHash = places.lineHash(place);
  const ruleIndex = context.ruleIndex.get(ruleId);
  return {
    ruleId,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: LEVEL[severity],
    message: { text: messageOf(document, finding) },
    locations: [locationOf(place, places)],
    partialFingerprints: {
      [SARIF_FINGERPRINT]: document.fingerprints.get(finding) ?? "",
      ...(lineHash === undefined ? {} : { primaryLocationLineHash: lineHash }),
    },
    ...(steps.length === 0 ? {} : { codeFlows: [codeFlow(document, finding, places)] }),
    ...fixesOf(document, finding),
    ...stateOf(context, finding),
    properties: { severity, cwe },
  };
}

function messageOf(document: AuditDocument, finding: AuditFinding): string {
  const { messages } = document;
  const { place, suggestion } = finding;
  const where =
    place.cell === undefined
      ? ""
      : ` (${messages.cell(place.cell)}${messages.comma}${messages.line(place.line)})`;
  const byHand =
    suggestion === undefined
      ? ""
      : `\n${messages.words.byHand}${messages.colon}${say(document, suggestion.reason)}`;
  return `${say(document, finding.message)}${where}${byHand}`;
}

function locationOf(place: Place, places: SarifPlaces): object {
  const { cell } = place;
  return {
    physicalLocation: places.physical(place),
    ...(cell === undefined
      ? {}
      : {
          logicalLocations: [
            { name: `cell ${cell}`, fullyQualifiedName: `cells[${cell - 1}]`, kind: "cell" },
          ],
        }),
  };
}

/** The steps, and at their end the finding's own place: where the harm is done. */
function codeFlow(document: AuditDocument, finding: AuditFinding, places: SarifPlaces): object {
  const sink: Step = { place: finding.place, message: finding.message };
  const isThere = finding.steps.some(({ place }) => samePlace(place, finding.place));
  const steps = isThere ? finding.steps : [...finding.steps, sink];
  const shown = steps.length <= MOST_STEPS ? steps : [...steps.slice(0, MOST_STEPS - 1), sink];
  return {
    threadFlows: [
      {
        locations: shown.map(({ place, message }, index) => ({
          location: { ...locationOf(place, places), message: { text: say(document, message) } },
          executionOrder: index + 1,
          importance: index === 0 || index === shown.length - 1 ? "essential" : "important",
        })),
      },
    ],
  };
}

function samePlace(a: Place, b: Place): boolean {
  return a.path === b.path && a.cell === b.cell && a.line === b.line && a.column === b.column;
}

function fixesOf(document: AuditDocument, finding: AuditFinding): object {
  const { fix, place } = finding;
  // What a notebook's edits count is not the file's text.
  if (fix === undefined || fix.edits.length === 0 || place.cell !== undefined) return {};
  // Where no diff may be shown, the new text may hold a secret.
  const text = document.code.diff(finding) === undefined ? undefined : document.code.text(place.path);
  if (text === undefined) return {};
  const lines = new LineIndex(text);
  const replacements = fix.edits
    .toSorted((a, b) => a.start - b.start)
    .map((edit) => replacement(edit, lines));
  const description = { text: say(document, fix.title) };
  return {
    fixes: [{ description, artifactChanges: [{ artifactLocation: artifactOf(place.path), replacements }] }],
  };
}

function replacement({ start, end, text }: Edit, lines: LineIndex): object {
  const [from, to] = [lines.at(start), lines.at(end)];
  return {
    deletedRegion: {
      startLine: from.line,
      startColumn: from.column,
      endLine: to.line,
      endColumn: to.column,
    },
    ...(text === "" ? {} : { insertedContent: { text } }),
  };
}

/** What silences it, and how it stands to the baseline. */
function stateOf({ silenced, fresh }: ResultContext, finding: AuditFinding): object {
  const how = silenced.get(finding);
  const state = fresh === undefined ? {} : { baselineState: fresh.has(finding) ? "new" : "unchanged" };
  return how === undefined || how.by === "baseline"
    ? state
    : { ...state, suppressions: [suppressionOf(how)] };
}

function suppressionOf({ by, reason, expires }: SuppressedFinding): object {
  return {
    kind: by === "comment" ? "inSource" : "external",
    status: "accepted",
    justification: expires === undefined ? reason : `${reason} (until ${expires})`,
  };
}
