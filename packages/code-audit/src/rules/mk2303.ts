import type { CallFact } from "../python/types.ts";
import { HOLE, textsOf } from "../python/value.ts";
import { argumentOf } from "./calls.ts";
import { marksAmong, REMOTE } from "./marks.ts";
import type { PythonRule } from "./rule.ts";

const RUNS =
  /(^|\.)(execute|executemany|executescript|execute_sql|raw|extra|read_sql|read_sql_query|from_statement|text|sql|mogrify|exec_driver_sql|query)$/;
const LIBRARIES =
  /^\?\.|^(sqlite3|psycopg2?|pymysql|MySQLdb|mysql|sqlalchemy|pandas|pyspark|duckdb|asyncpg|aiosqlite|cx_Oracle|oracledb|pyodbc|databricks|snowflake|google\.cloud\.bigquery|django)\b/;
const STATEMENT =
  /\b(select\s[\s\S]*\bfrom|insert\s+into|update\s[\s\S]*\bset|delete\s+from|drop\s+(table|database)|create\s+(table|user)|alter\s+table|truncate|union\s+select|where)\b/i;
/** A hole that stands for a value, not for the name of a table. */
const VALUE = new RegExp(
  `(=|<|>|like|in\\s*\\(|values\\s*\\([^)]*|limit|and|or|'%?)\\s*'?%?${HOLE}|'[^']*${HOLE}[^']*'`,
  "i",
);

function isSql(call: CallFact): boolean {
  return RUNS.test(call.path) && LIBRARIES.test(call.path);
}

export const rule: PythonRule = {
  id: "MK2303",
  name: "sql-injection",
  title: {
    en: "A statement for a database is put together from parts that are not fixed.",
    zh: "由不固定的内容拼接 SQL 语句。",
  },
  severity: "high",
  cwe: "CWE-89",
  advice: { en: "Pass values as parameters of the statement.", zh: "通过参数传递取值。" },
  rank: 60,
  words: ["execute", "read_sql", ".sql(", "text(", "raw(", ".query(", "search_"],
  check({ calls }, report) {
    for (const call of calls) {
      const mlflow = /^mlflow\.(MlflowClient\(\)\.)?search_\w+$/.test(call.path);
      if (!mlflow && !isSql(call)) continue;
      const statement = mlflow
        ? argumentOf(call, undefined, "filter_string")
        : argumentOf(call, 0, "sql", "query", "statement", "operation");
      const marks = marksAmong(statement, REMOTE).filter(({ safeFor }) => safeFor !== "sql");
      const shapes = textsOf(statement).filter((text) => mlflow || STATEMENT.test(text));
      if (!shapes.some((text) => text.includes(HOLE) && (marks.length > 0 || (!mlflow && VALUE.test(text)))))
        continue;
      report({
        at: call,
        marks,
        severity: marks.length > 0 ? (mlflow ? "medium" : "high") : "medium",
        way: call.way,
        message: {
          en: `${call.path}() gets a statement with values in its text`,
          zh: `${call.path}() 的语句文本中直接包含取值`,
        },
      });
    }
  },
};
