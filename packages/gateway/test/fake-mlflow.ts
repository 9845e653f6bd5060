import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** A MLflow of a few lines: two experiments with a run each, a store of artifacts, and a record of what it was asked. */
export class FakeMlflow {
  readonly seen: SeenRequest[] = [];
  readonly artifacts = new Map<string, Buffer>();
  readonly experiments = new Map([
    ["1", "alices"],
    ["2", "bobs"],
  ]);
  readonly runs = new Map([
    ["runofalice", "1"],
    ["runofbob", "2"],
  ]);
  readonly loggedModels = new Map([["m-alice", "1"]]);
  /** A trace's experiment and tags. */
  readonly traces = new Map([
    [
      "tr-alice",
      {
        experiment: "1",
        tags: { "mlflow.artifactLocation": "mlflow-artifacts:/1/traces/tr-alice/artifacts" },
      },
    ],
    [
      "tr-bob",
      { experiment: "2", tags: { "mlflow.artifactLocation": "mlflow-artifacts:/2/traces/tr-bob/artifacts" } },
    ],
  ]);
  readonly models = new Set<string>();
  /** Overrides the answer to a path. */
  readonly answers = new Map<string, (request: IncomingMessage, response: ServerResponse) => void>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<FakeMlflow> {
    const fake = new FakeMlflow();
    await new Promise<void>((resolve) => fake.#server.listen(0, "127.0.0.1", resolve));
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What clients asked, without what the gateway looked up for itself. */
  asked(path: string): SeenRequest[] {
    return this.seen.filter((request) => request.url.startsWith(path));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://fake");
    const override = this.answers.get(pathname);
    if (override !== undefined) {
      override(request, response);
      return;
    }
    let body: Buffer;
    try {
      body = await buffer(request);
    } catch {
      return;
    }
    this.seen.push({ method: request.method ?? "", url: request.url ?? "", headers: request.headers, body });
    const stem = pathname.replace(/^\/(?:ajax-)?api\/[23]\.0/u, "");
    const document = this.#document(request.method ?? "", stem, searchParams, body);
    if (Buffer.isBuffer(document)) {
      response.writeHead(200, {
        "content-type": "application/octet-stream",
        "content-length": document.length,
      });
      response.end(document);
      return;
    }
    response.writeHead(document === undefined ? 404 : 200, {
      "content-type": "application/json",
      "set-cookie": "a=b",
    });
    response.end(
      JSON.stringify(document ?? { error_code: "RESOURCE_DOES_NOT_EXIST", message: "no such thing" }),
    );
  }

  #document(method: string, stem: string, query: URLSearchParams, body: Buffer): unknown {
    const artifact = /^\/mlflow-artifacts\/artifacts\/(.+)$/u.exec(stem)?.[1];
    if (artifact !== undefined) return this.#artifact(method, decodeURIComponent(artifact), body);
    const json: Record<string, unknown> = body.at(0) === 0x7b ? JSON.parse(body.toString()) : {};
    switch (stem) {
      case "/mlflow/experiments/get":
        return this.#experiment(query.get("experiment_id") ?? "");
      case "/mlflow/experiments/get-by-name":
        return this.#experiment(this.#idOf(query.get("experiment_name") ?? ""));
      case "/mlflow/experiments/create":
        this.experiments.set("3", String(json["name"]));
        return { experiment_id: "3" };
      case "/mlflow/experiments/search":
        return this.#search(
          Number(query.get("max_results") ?? json["max_results"] ?? 1_000),
          query.get("page_token"),
        );
      case "/mlflow/runs/get":
        return this.#run(query.get("run_id") ?? "");
      case "/mlflow/registered-models/create":
        this.models.add(String(json["name"]));
        return { registered_model: { name: json["name"] } };
      case "/mlflow/registered-models/get":
        return this.models.has(query.get("name") ?? "")
          ? { registered_model: { name: query.get("name") } }
          : undefined;
      case "/mlflow-artifacts/artifacts":
        return { files: this.#list(query.get("path") ?? "") };
      case "/health":
        return Buffer.from("OK");
      default:
        if (method === "GET" && stem.startsWith("/mlflow/traces/"))
          return this.#trace(stem.split("/")[3] ?? "");
        return stem.startsWith("/mlflow/logged-models/") ? this.#loggedModel(stem.split("/")[3] ?? "") : {};
    }
  }

  #artifact(method: string, path: string, body: Buffer): unknown {
    if (method === "PUT") this.artifacts.set(path, body);
    return method === "PUT" ? {} : this.artifacts.get(path);
  }

  #experiment(id: string): unknown {
    const name = this.experiments.get(id);
    return name === undefined ? undefined : { experiment: { experiment_id: id, name } };
  }

  #idOf(name: string): string {
    return [...this.experiments].find(([, known]) => known === name)?.[0] ?? "";
  }

  #run(id: string): unknown {
    const experiment = this.runs.get(id);
    if (experiment === undefined) return undefined;
    const uri = `mlflow-artifacts:/${experiment}/${id}/artifacts`;
    return { run: { info: { run_id: id, experiment_id: experiment, artifact_uri: uri } } };
  }

  #loggedModel(id: string): unknown {
    const experiment = this.loggedModels.get(id);
    if (experiment === undefined) return undefined;
    const uri = `mlflow-artifacts:/${experiment}/models/${id}/artifacts`;
    return { model: { info: { model_id: id, experiment_id: experiment, artifact_uri: uri } } };
  }

  #trace(id: string): unknown {
    const known = this.traces.get(id);
    if (known === undefined) return undefined;
    const location = { mlflow_experiment: { experiment_id: known.experiment } };
    return { trace: { trace_info: { trace_id: id, trace_location: location, tags: known.tags } } };
  }

  #search(length: number, token: string | null): unknown {
    const all = [...this.experiments].map(([experiment_id, name]) => ({ experiment_id, name }));
    const from = Number(token ?? 0);
    const next = from + length < all.length ? { next_page_token: String(from + length) } : {};
    return { experiments: all.slice(from, from + length), ...next };
  }

  #list(folder: string): unknown[] {
    const names = new Map<string, boolean>();
    for (const path of this.artifacts.keys()) {
      if (!path.startsWith(`${folder}/`)) continue;
      const [name = "", ...rest] = path.slice(folder.length + 1).split("/");
      names.set(name, rest.length > 0);
    }
    return [...names].map(([path, is_dir]) => ({ path, is_dir }));
  }
}
