/** Metrics of CVSS 4.0 that scores depend on or that may stand in a vector, with their values, worst first. */
export const METRICS_4: ReadonlyMap<string, readonly string[]> = new Map(
  [
    ...[
      "AV:NALP",
      "AC:LH",
      "AT:NP",
      "PR:NLH",
      "UI:NPA",
      "VC:HLN",
      "VI:HLN",
      "VA:HLN",
      "SC:HLN",
      "SI:HLN",
      "SA:HLN",
    ],
    ...["E:XAPU", "CR:XHML", "IR:XHML", "AR:XHML", "MAV:XNALP", "MAC:XLH", "MAT:XNP", "MPR:XNLH", "MUI:XNPA"],
    ...["MVC:XHLN", "MVI:XHLN", "MVA:XHLN", "MSC:XHLN", "MSI:XSHLN", "MSA:XSHLN"],
    ...["S:XNP", "AU:XNY", "R:XAUI", "V:XDC", "RE:XLMH"],
  ]
    .map((row): [string, string[]] => {
      const [name = "", values = ""] = row.split(":");
      return [name, Array.from(values)];
    })
    .concat([["U", ["X", "Clear", "Green", "Amber", "Red"]]]),
);

/** The worst vectors of each class (table 24 and the following of the specification). */
export const MAX_VECTORS: ReadonlyMap<string, readonly string[]> = new Map([
  ["1:0", ["AV:N/PR:N/UI:N"]],
  ["1:1", ["AV:A/PR:N/UI:N", "AV:N/PR:L/UI:N", "AV:N/PR:N/UI:P"]],
  ["1:2", ["AV:P/PR:N/UI:N", "AV:A/PR:L/UI:P"]],
  ["2:0", ["AC:L/AT:N"]],
  ["2:1", ["AC:H/AT:N", "AC:L/AT:P"]],
  ["36:00", ["VC:H/VI:H/VA:H/CR:H/IR:H/AR:H"]],
  ["36:01", ["VC:H/VI:H/VA:L/CR:M/IR:M/AR:H", "VC:H/VI:H/VA:H/CR:M/IR:M/AR:M"]],
  ["36:10", ["VC:L/VI:H/VA:H/CR:H/IR:H/AR:H", "VC:H/VI:L/VA:H/CR:H/IR:H/AR:H"]],
  [
    "36:11",
    [
      "VC:L/VI:H/VA:L/CR:H/IR:M/AR:H",
      "VC:L/VI:H/VA:H/CR:H/IR:M/AR:M",
      "VC:H/VI:L/VA:H/CR:M/IR:H/AR:M",
      "VC:H/VI:L/VA:L/CR:M/IR:H/AR:H",
      "VC:L/VI:L/VA:H/CR:H/IR:H/AR:M",
    ],
  ],
  ["36:21", ["VC:L/VI:L/VA:L/CR:H/IR:H/AR:H"]],
  ["4:0", ["SC:H/SI:S/SA:S"]],
  ["4:1", ["SC:H/SI:H/SA:H"]],
  ["4:2", ["SC:L/SI:L/SA:L"]],
]);

/** How many steps each class spans. */
export const DEPTHS: ReadonlyMap<string, number> = new Map([
  ["1:0", 1],
  ["1:1", 4],
  ["1:2", 5],
  ["2:0", 1],
  ["2:1", 2],
  ["36:00", 7],
  ["36:01", 6],
  ["36:10", 8],
  ["36:11", 8],
  ["36:21", 10],
  ["4:0", 6],
  ["4:1", 5],
  ["4:2", 4],
  ["5:0", 1],
]);

/** Tenths, for all macro vectors in ascending order (first.org/cvss/v4-0/cvss-v40-scoring). */
const TENTHS = `
100 99 98 95 95 92 100 96 93 87 91 81 93 90 89 80 81 68 98 95 95 92 90 84 93 92 89 81 81 65
88 80 78 70 69 48 92 82 72 79 69 50 69 55 27 99 97 95 92 92 85 95 91 90 83 84 71 92 81 82
71 72 53 95 93 92 85 85 73 92 82 80 72 70 59 84 70 71 52 50 30 86 75 52 71 52 29 63 29 17
98 95 94 87 91 81 94 89 86 74 77 64 87 75 74 63 63 49 94 89 88 77 76 67 86 76 74 58 59 50
72 57 57 52 52 25 83 70 54 65 58 26 53 21 13 95 90 88 76 76 70 90 77 75 62 61 53 77 66 68
59 52 30 89 78 76 67 62 58 74 59 57 57 47 23 61 52 57 29 24 16 71 59 30 58 26 15 23 13 6
93 87 86 72 75 58 86 74 74 61 56 34 70 54 52 40 40 22 85 75 74 55 62 51 72 57 55 41 46 19
53 36 34 19 19 8 64 51 20 47 21 11 24 9 4 88 75 73 53 60 50 73 55 59 40 41 20 54 43 45
22 20 11 75 55 58 45 40 21 61 51 48 18 20 9 46 18 17 7 8 2 53 24 14 24 12 5 10 3 1
`;

export const SCORES: ReadonlyMap<string, number> = scoresOf(TENTHS.trim().split(/\s+/u).map(Number));

/** EQ6 is never 0 where EQ3 is 2. */
function scoresOf(tenths: readonly number[]): Map<string, number> {
  const lists = [3, 2, 3, 3, 3, 2];
  const all = lists.reduce<string[]>(
    (known, count) => known.flatMap((prefix) => Array.from({ length: count }, (_, at) => `${prefix}${at}`)),
    [""],
  );
  const known = all.filter((one) => !(one[2] === "2" && one[5] === "0"));
  return new Map(known.map((classes, at) => [classes, tenths[at] ?? 0]));
}
