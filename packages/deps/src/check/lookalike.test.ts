import { describe, expect, test } from "vitest";
import { canonicalName } from "../names.ts";
import { lookAlikeOf } from "./lookalike.ts";
import { popular, skeletonOf } from "./popular.ts";

const of = (name: string): string | undefined => lookAlikeOf(canonicalName(name), popular())?.target;

describe("names that are made to be mistaken for others", () => {
  test.each([
    ["reqeusts", "requests"],
    ["request", "requests"],
    ["requestss", "requests"],
    ["nunpy", "numpy"],
    ["pandsa", "pandas"],
    ["tensorflwo", "tensorflow"],
    ["scikitlearn", "scikit-learn"],
    ["scikit_lern", "scikit-learn"],
    ["djang0", "django"],
    ["jeIlyfish", "jellyfish"],
    ["python3-dateutil", "python-dateutil"],
    ["urlib3", "urllib3"],
    ["mlfow", "mlflow"],
    ["beautifulsup4", "beautifulsoup4"],
    ["cryptograpy", "cryptography"],
    ["python-opencv", "opencv-python"],
    ["rеquests", "requests"],
    ["tqmd", "tqdm"],
    ["boto33", "boto3"],
    ["openai-official", "openai"],
    ["sklearn", "scikit-learn"],
  ])("%s is not %s", (name, target) => {
    expect(of(name)).toBe(target);
  });
});

describe("honest names", () => {
  test.each(
    "requests numpy scikit-learn Scikit_Learn python-dateutil python-jenkins python-crontab python-foo python-redis-lock pyfoo requests-cache requests-mock my-internal-lib flask-foo pandas-ta numpy-financial torch-geometric mlflow-skinny mlflow-export-import acme-ml-utils football-predictor scikit-optimize sklearn-pandas pytest-foo data-pipeline fooball docker-py kafka-client redisai opencv-contrib boto2 psycopg3 bs4 abc x".split(
      " ",
    ),
  )("%s is itself", (name) => {
    expect(of(name)).toBeUndefined();
  });

  test("no well-known name is reported, whatever it is near to", () => {
    const aliases = new Set(["sklearn", "pytorch", "beautifulsoup", "dotenv", "crypto", "jwt"]);
    const reported = popular().targets.filter(
      (name) => !aliases.has(name) && lookAlikeOf(name, popular()) !== undefined,
    );
    expect(reported).toEqual([]);
  });

  test("long and odd names cost no more than others", () => {
    for (const name of ["a".repeat(100_000), "-".repeat(1_000), "", "constructor", "__proto__"])
      expect(of(name)).toBeUndefined();
  });
});

test("what looks the same has the same skeleton", () => {
  expect(skeletonOf("ｒеquеsts")).toBe(skeletonOf("requests"));
  expect(skeletonOf("rnlflow")).toBe(skeletonOf("mlflow"));
  expect(skeletonOf("numpy")).not.toBe(skeletonOf("scipy"));
});
