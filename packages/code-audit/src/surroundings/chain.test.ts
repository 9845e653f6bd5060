import { expect, it } from "vitest";
import type { FileKind } from "../model/source.ts";
import { SURROUNDINGS } from "./inspectors.ts";

function look(kind: FileKind, text: string): string[] {
  const around = { files: new Set<string>(), has: () => false, read: () => undefined };
  const findings = SURROUNDINGS.filter(({ kinds }) => kinds.includes(kind)).flatMap(
    (one) => one.inspect({ path: "x.yml", kind, text }, around).findings,
  );
  return findings.map(
    ({ place, severity, steps }) =>
      `${place.line} ${severity} ${steps.map((step) => step.place.line).join(",")}`,
  );
}

const COMPOSE = `services:
  tracking:
    image: t:1
    command: mlflow server --host 0.0.0.0
    ports: ["5000:5000"]
  api:
    image: a:1
    environment:
      MLFLOW_TRACKING_URI: http://HOST:5000
      MODEL_URI: models:/football@champion
`;

it("a server that everybody may write, and a service that loads from it, are one finding with its way", () => {
  expect(look("compose", COMPOSE.replace("HOST", "tracking"))).toEqual(["4 critical 5,9,10"]);
});

it("a service that loads from elsewhere is no part of it", () => {
  expect(look("compose", COMPOSE.replace("HOST", "other"))).toEqual(["4 high 5"]);
});

it("in Kubernetes the names of services lead there", () => {
  const text = `apiVersion: v1
kind: Pod
metadata: {name: t, labels: {app: t}}
spec:
  containers:
    - name: t
      image: t:1
      command: [mlflow, server, --host, 0.0.0.0]
---
apiVersion: v1
kind: Service
metadata: {name: tracking}
spec: {selector: {app: t}, ports: [{port: 5000}]}
---
apiVersion: v1
kind: Pod
metadata: {name: api}
spec:
  containers:
    - name: api
      image: a:1
      args: [--model, "models:/football@champion"]
      env:
        - {name: MLFLOW_TRACKING_URI, value: "http://tracking.ml.svc.cluster.local:5000"}
`;
  expect(look("kubernetes", text)).toEqual(["8 critical 24,22"]);
});
