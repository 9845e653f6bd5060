// One line for each file in ../rules; rules.test.ts fails when one is missing.
import type { AuditRule } from "../model/rule.ts";
import { rule as mk2501 } from "../rules/mk2501.ts";
import { rule as mk2502 } from "../rules/mk2502.ts";
import { rule as mk2503 } from "../rules/mk2503.ts";
import { rule as mk2504 } from "../rules/mk2504.ts";
import { rule as mk2505 } from "../rules/mk2505.ts";
import { rule as mk2506 } from "../rules/mk2506.ts";
import { rule as mk2507 } from "../rules/mk2507.ts";
import { rule as mk2508 } from "../rules/mk2508.ts";
import { rule as mk2509 } from "../rules/mk2509.ts";
import { rule as mk2510 } from "../rules/mk2510.ts";
import { rule as mk2511 } from "../rules/mk2511.ts";
import { rule as mk2512 } from "../rules/mk2512.ts";
import { rule as mk2601 } from "../rules/mk2601.ts";
import { rule as mk2602 } from "../rules/mk2602.ts";
import { rule as mk2603 } from "../rules/mk2603.ts";
import { rule as mk2604 } from "../rules/mk2604.ts";
import { rule as mk2605 } from "../rules/mk2605.ts";
import { rule as mk2606 } from "../rules/mk2606.ts";
import { rule as mk2607 } from "../rules/mk2607.ts";
import { rule as mk2608 } from "../rules/mk2608.ts";
import { rule as mk2609 } from "../rules/mk2609.ts";
import { rule as mk2610 } from "../rules/mk2610.ts";
import { rule as mk2701 } from "../rules/mk2701.ts";
import { rule as mk2702 } from "../rules/mk2702.ts";
import { rule as mk2703 } from "../rules/mk2703.ts";
import { rule as mk2704 } from "../rules/mk2704.ts";
import { rule as mk2705 } from "../rules/mk2705.ts";
import { rule as mk2706 } from "../rules/mk2706.ts";
import { rule as mk2707 } from "../rules/mk2707.ts";
import { rule as mk2708 } from "../rules/mk2708.ts";
import { rule as mk2709 } from "../rules/mk2709.ts";
import { rule as mk2710 } from "../rules/mk2710.ts";
import { rule as mk2711 } from "../rules/mk2711.ts";
import { rule as mk2712 } from "../rules/mk2712.ts";
import { rule as mk2801 } from "../rules/mk2801.ts";
import { rule as mk2802 } from "../rules/mk2802.ts";
import { rule as mk2803 } from "../rules/mk2803.ts";
import { rule as mk2804 } from "../rules/mk2804.ts";
import { rule as mk2805 } from "../rules/mk2805.ts";
import { rule as mk2806 } from "../rules/mk2806.ts";
import { rule as mk2807 } from "../rules/mk2807.ts";
import { rule as mk2808 } from "../rules/mk2808.ts";
import { rule as mk2809 } from "../rules/mk2809.ts";

/** Every rule about what surrounds Python, by id. */
export const SURROUNDING_RULES: readonly AuditRule[] = [
  mk2501,
  mk2502,
  mk2503,
  mk2504,
  mk2505,
  mk2506,
  mk2507,
  mk2508,
  mk2509,
  mk2510,
  mk2511,
  mk2512,
  mk2601,
  mk2602,
  mk2603,
  mk2604,
  mk2605,
  mk2606,
  mk2607,
  mk2608,
  mk2609,
  mk2610,
  mk2701,
  mk2702,
  mk2703,
  mk2704,
  mk2705,
  mk2706,
  mk2707,
  mk2708,
  mk2709,
  mk2710,
  mk2711,
  mk2712,
  mk2801,
  mk2802,
  mk2803,
  mk2804,
  mk2805,
  mk2806,
  mk2807,
  mk2808,
  mk2809,
];
