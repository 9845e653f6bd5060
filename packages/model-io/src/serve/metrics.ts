/** Upper bounds of latency buckets, seconds. */
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Upper bounds of requests answered by one evaluation. */
const REQUESTS = [1, 2, 4, 8, 16, 32, 64, 128];

interface Family {
  readonly kind: "counter" | "gauge" | "histogram";
  readonly help: string;
  readonly bounds?: readonly number[];
}

/** All that is counted. Labels take few values: names of models that are served, statuses, fixed words. */
const FAMILIES = {
  modelkeep_serve_requests_total: {
    kind: "counter",
    help: "Scoring requests by model, protocol and status.",
  },
  modelkeep_serve_request_duration_seconds: {
    kind: "histogram",
    help: "Time to answer a scoring request.",
    bounds: SECONDS,
  },
  modelkeep_serve_batch_requests: {
    kind: "histogram",
    help: "Requests that one evaluation answered.",
    bounds: REQUESTS,
  },
  modelkeep_serve_rejected_total: { kind: "counter", help: "Requests that were not taken, by reason." },
  modelkeep_serve_requests_under_way: { kind: "gauge", help: "Requests that are being answered." },
  modelkeep_serve_buffered_bytes: { kind: "gauge", help: "Bytes of request bodies in memory." },
  modelkeep_serve_ready: { kind: "gauge", help: "1 while the server takes requests." },
  modelkeep_serve_model_info: { kind: "gauge", help: "1 for the version of each model that answers." },
  modelkeep_serve_model_behind: {
    kind: "gauge",
    help: "1 while the alias names another version than the one that answers.",
  },
  modelkeep_serve_sandbox_workers_replaced_total: {
    kind: "counter",
    help: "Workers of caged models that were lost and replaced, by model and reason.",
  },
  modelkeep_serve_swaps_total: { kind: "counter", help: "Hot swaps by model and outcome." },
  process_cpu_seconds_total: { kind: "counter", help: "CPU time of the server." },
  process_resident_memory_bytes: { kind: "gauge", help: "Resident memory of the server." },
} as const satisfies Readonly<Record<string, Family>>;

export type Metric = keyof typeof FAMILIES;
type Labels = Readonly<Record<string, string>>;

/** Values of one process, as they go to the process that answers `/metrics`: family → series → numbers. */
export type Snapshot = Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;

/** A series that is looked up once and counted often. */
export interface Series {
  add(value?: number): void;
}

/** Counts of the scoring server in Prometheus' text format. */
export class ServeMetrics {
  readonly #families = new Map<Metric, Map<string, number[]>>();

  /** A counter or histogram series. For a histogram `add` observes one value. */
  series(metric: Metric, labels: Labels = {}): Series {
    const family: Family = FAMILIES[metric];
    const { bounds } = family;
    const values = this.#values(metric, labels, bounds === undefined ? 1 : bounds.length + 2);
    if (bounds === undefined) return { add: (value = 1) => void (values[0]! += value) };
    return { add: (value = 1) => observe(values, bounds, value) };
  }

  set(metric: Metric, value: number, labels: Labels = {}): void {
    this.#values(metric, labels, 1)[0] = value;
  }

  /** Forgets all series of a gauge, where what they name is gone. */
  clear(metric: Metric): void {
    this.#families.delete(metric);
  }

  snapshot(): Snapshot {
    const { user, system } = process.cpuUsage();
    this.set("process_cpu_seconds_total", (user + system) / 1e6);
    this.set("process_resident_memory_bytes", process.memoryUsage.rss());
    return Object.fromEntries(
      [...this.#families].map(([name, series]) => [name, Object.fromEntries(series)]),
    );
  }

  #values(metric: Metric, labels: Labels, length: number): number[] {
    const family = this.#families.get(metric) ?? new Map<string, number[]>();
    this.#families.set(metric, family);
    const key = labelText(labels);
    let values = family.get(key);
    if (values === undefined) family.set(key, (values = Array.from({ length }, () => 0)));
    return values;
  }
}

/** Buckets (not cumulative), then count, then sum. */
function observe(values: number[], bounds: readonly number[], value: number): void {
  let bucket = 0;
  while (bucket < bounds.length && value > bounds[bucket]!) bucket++;
  if (bucket < bounds.length) values[bucket]!++;
  values[bounds.length]!++;
  values[bounds.length + 1]! += value;
}

function labelText(labels: Labels): string {
  return Object.entries(labels)
    .map(
      ([name, value]) => `${name}="${value.replaceAll(/["\\\n]/gu, (c) => (c === "\n" ? "\\n" : `\\${c}`))}"`,
    )
    .join(",");
}

/** Gauges that say the same in every worker; all else adds up. */
const NOT_ADDED: ReadonlySet<string> = new Set<Metric>([
  "modelkeep_serve_ready",
  "modelkeep_serve_model_info",
  "modelkeep_serve_model_behind",
]);

/** The text of one process, or of several together. */
export function metricsText(snapshots: readonly Snapshot[]): string {
  const lines: string[] = [];
  for (const [name, family] of Object.entries(FAMILIES) as [Metric, Family][]) {
    const merged = new Map<string, number[]>();
    for (const snapshot of snapshots) {
      for (const [labels, values] of Object.entries(snapshot[name] ?? {})) {
        const sum = merged.get(labels);
        if (sum === undefined) merged.set(labels, [...values]);
        else if (!NOT_ADDED.has(name)) values.forEach((value, at) => void (sum[at] = (sum[at] ?? 0) + value));
      }
    }
    if (merged.size === 0) continue;
    lines.push(`# HELP ${name} ${family.help}`, `# TYPE ${name} ${family.kind}`);
    for (const [labels, values] of merged) lines.push(...seriesText(name, labels, values, family.bounds));
  }
  return `${lines.join("\n")}\n`;
}

function seriesText(
  name: string,
  labels: string,
  values: readonly number[],
  bounds: readonly number[] | undefined,
): string[] {
  const braces = labels === "" ? "" : `{${labels}}`;
  if (bounds === undefined) return [`${name}${braces} ${values[0] ?? 0}`];
  let below = 0;
  const prefix = labels === "" ? "" : `${labels},`;
  const count = values[bounds.length] ?? 0;
  return [
    ...bounds.map((bound, at) => `${name}_bucket{${prefix}le="${bound}"} ${(below += values[at] ?? 0)}`),
    `${name}_bucket{${prefix}le="+Inf"} ${count}`,
    `${name}_sum${braces} ${values[bounds.length + 1] ?? 0}`,
    `${name}_count${braces} ${count}`,
  ];
}
