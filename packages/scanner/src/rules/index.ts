// One line for each file beside it; rules.test.ts fails when one is missing.
import type { Rule } from "@modelkeep/findings";
import { rule as mk1001 } from "./mk1001.ts";
import { rule as mk1002 } from "./mk1002.ts";
import { rule as mk1003 } from "./mk1003.ts";
import { rule as mk1004 } from "./mk1004.ts";
import { rule as mk1005 } from "./mk1005.ts";
import { rule as mk1006 } from "./mk1006.ts";
import { rule as mk1007 } from "./mk1007.ts";
import { rule as mk1008 } from "./mk1008.ts";
import { rule as mk1009 } from "./mk1009.ts";
import { rule as mk1010 } from "./mk1010.ts";
import { rule as mk1011 } from "./mk1011.ts";
import { rule as mk1101 } from "./mk1101.ts";
import { rule as mk1102 } from "./mk1102.ts";
import { rule as mk1103 } from "./mk1103.ts";
import { rule as mk1104 } from "./mk1104.ts";
import { rule as mk1105 } from "./mk1105.ts";
import { rule as mk1106 } from "./mk1106.ts";
import { rule as mk1201 } from "./mk1201.ts";
import { rule as mk1202 } from "./mk1202.ts";
import { rule as mk1203 } from "./mk1203.ts";
import { rule as mk1204 } from "./mk1204.ts";
import { rule as mk1301 } from "./mk1301.ts";
import { rule as mk1302 } from "./mk1302.ts";
import { rule as mk1303 } from "./mk1303.ts";
import { rule as mk1304 } from "./mk1304.ts";
import { rule as mk1305 } from "./mk1305.ts";
import { rule as mk1306 } from "./mk1306.ts";
import { rule as mk1307 } from "./mk1307.ts";
import { rule as mk1308 } from "./mk1308.ts";
import { rule as mk1309 } from "./mk1309.ts";
import { rule as mk1310 } from "./mk1310.ts";
import { rule as mk1311 } from "./mk1311.ts";
import { rule as mk1312 } from "./mk1312.ts";
import { rule as mk1401 } from "./mk1401.ts";
import { rule as mk1402 } from "./mk1402.ts";
import { rule as mk1403 } from "./mk1403.ts";
import { rule as mk1404 } from "./mk1404.ts";
import { rule as mk1405 } from "./mk1405.ts";
import { rule as mk1406 } from "./mk1406.ts";
import { rule as mk1407 } from "./mk1407.ts";
import { rule as mk1408 } from "./mk1408.ts";
import { rule as mk1409 } from "./mk1409.ts";
import { rule as mk1410 } from "./mk1410.ts";

/** Every rule, by id. */
export const RULES: readonly Rule[] = [
  mk1001,
  mk1002,
  mk1003,
  mk1004,
  mk1005,
  mk1006,
  mk1007,
  mk1008,
  mk1009,
  mk1010,
  mk1011,
  mk1101,
  mk1102,
  mk1103,
  mk1104,
  mk1105,
  mk1106,
  mk1201,
  mk1202,
  mk1203,
  mk1204,
  mk1301,
  mk1302,
  mk1303,
  mk1304,
  mk1305,
  mk1306,
  mk1307,
  mk1308,
  mk1309,
  mk1310,
  mk1311,
  mk1312,
  mk1401,
  mk1402,
  mk1403,
  mk1404,
  mk1405,
  mk1406,
  mk1407,
  mk1408,
  mk1409,
  mk1410,
];
