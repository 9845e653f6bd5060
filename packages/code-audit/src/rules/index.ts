import { rule as mk2001 } from "./mk2001.ts";
import { rule as mk2002 } from "./mk2002.ts";
import { rule as mk2003 } from "./mk2003.ts";
import { rule as mk2004 } from "./mk2004.ts";
import { rule as mk2005 } from "./mk2005.ts";
import { rule as mk2006 } from "./mk2006.ts";
import { rule as mk2007 } from "./mk2007.ts";
import { rule as mk2008 } from "./mk2008.ts";
import { rule as mk2009 } from "./mk2009.ts";
import { rule as mk2010 } from "./mk2010.ts";
import { rule as mk2011 } from "./mk2011.ts";
import { rule as mk2101 } from "./mk2101.ts";
import { rule as mk2102 } from "./mk2102.ts";
import { rule as mk2103 } from "./mk2103.ts";
import { rule as mk2104 } from "./mk2104.ts";
import { rule as mk2105 } from "./mk2105.ts";
import { rule as mk2201 } from "./mk2201.ts";
import { rule as mk2202 } from "./mk2202.ts";
import { rule as mk2203 } from "./mk2203.ts";
import { rule as mk2204 } from "./mk2204.ts";
import { rule as mk2301 } from "./mk2301.ts";
import { rule as mk2302 } from "./mk2302.ts";
import { rule as mk2303 } from "./mk2303.ts";
import { rule as mk2304 } from "./mk2304.ts";
import { rule as mk2305 } from "./mk2305.ts";
import { rule as mk2401 } from "./mk2401.ts";
import { rule as mk2402 } from "./mk2402.ts";
import { rule as mk2404 } from "./mk2404.ts";
import type { PythonRule } from "./rule.ts";

/** Every rule about Python; a test holds this list against the files. */
export const PYTHON_RULES: readonly PythonRule[] = [
  mk2001,
  mk2002,
  mk2003,
  mk2004,
  mk2005,
  mk2006,
  mk2007,
  mk2008,
  mk2009,
  mk2010,
  mk2011,
  mk2101,
  mk2102,
  mk2103,
  mk2104,
  mk2105,
  mk2201,
  mk2202,
  mk2203,
  mk2204,
  mk2301,
  mk2302,
  mk2303,
  mk2304,
  mk2305,
  mk2401,
  mk2402,
  mk2404,
];
