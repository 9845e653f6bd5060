import { describe, expect, it } from "vitest";
import { kindByHead, kindByName, kindByText } from "./classify.ts";

describe("kindByName", () => {
  it.each([
    ["a/b.py", "python"],
    ["a.PYW", "python"],
    ["n.ipynb", "notebook"],
    ["m/MLmodel", "mlmodel"],
    ["MLproject", "mlproject"],
    ["conda.yaml", "conda"],
    ["envs/environment-gpu.yml", "conda"],
    ["python_env.yaml", "conda"],
    ["requirements.txt", "requirements"],
    ["requirements-dev.in", "requirements"],
    ["dev_requirements.txt", "requirements"],
    ["requirements/base.txt", "requirements"],
    ["constraints.txt", "requirements"],
    ["pyproject.toml", "pyproject"],
    ["Dockerfile", "dockerfile"],
    ["docker/Dockerfile.gpu", "dockerfile"],
    ["serve.dockerfile", "dockerfile"],
    ["docker-compose.prod.yml", "compose"],
    ["compose.yaml", "compose"],
    [".github/workflows/ci.yml", "workflow"],
    ["a/action.yml", "workflow"],
    [".gitlab-ci.yml", "gitlab-ci"],
    ["ci/.gitlab-ci-scan.yml", "gitlab-ci"],
    [".gitlab/ci/scan.yml", "gitlab-ci"],
    ["deploy/mlflow.service", "ini"],
    ["home/.netrc", "ini"],
    ["run.sh", "shell"],
    [".env", "env"],
    [".env.production", "env"],
    ["prod.env", "env"],
    ["basic_auth.ini", "ini"],
    ["values.yaml", "yaml"],
    ["run", "peek"],
    ["readme.md", undefined],
    ["stubs.pyi", undefined],
    ["model.pkl", undefined],
    ["notes.txt", undefined],
  ] as const)("%s is %s", (path, kind) => {
    expect(kindByName(path)).toBe(kind);
  });
});

it.each([
  ["#!/usr/bin/env python3\n", "python"],
  ["#! /usr/bin/python2.7 -u\n", "python"],
  ["#!/usr/bin/env -S python3 -I\n", "python"],
  ["#!/bin/sh\n", "shell"],
  ["#!/usr/bin/env bash\n", "shell"],
  ["#!/usr/bin/perl\n", undefined],
  ["# python\n", undefined],
  ["", undefined],
] as const)("a file that begins with %j is %s", (head, kind) => {
  expect(kindByHead(head)).toBe(kind);
});

it.each([
  ["apiVersion: v1\nkind: Pod\n", "kubernetes"],
  ["services:\n  a:\n    image: x\n", "compose"],
  ["on: push\njobs:\n  a:\n    runs-on: x\n", "workflow"],
  ["name: e\ndependencies:\n  - pip\n", "conda"],
  ["a: 1\nkind: x\n", "yaml"],
] as const)("YAML that says %j is %s", (text, kind) => {
  expect(kindByText("yaml", text)).toBe(kind);
});

it("what a name decided stays", () => {
  expect(kindByText("python", "apiVersion: v1\nkind: Pod\n")).toBe("python");
});
