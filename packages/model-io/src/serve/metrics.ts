/** Upper bounds of latency buckets, seconds. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Counts of the scoring server in Prometheus' text format. */
export class ServeMetrics {
  readonly #requests = new Map<number, number>();
  readonly #buckets = BUCKETS.map(() => 0);
  #count = 0;
  #seconds = 0;

  /** @param seconds from the first byte of the request to its answer */
  observe(status: number, seconds: number): void {
    this.#requests.set(status, (this.#requests.get(status) ?? 0) + 1);
    this.#count++;
    this.#seconds += seconds;
    for (const [index, bound] of BUCKETS.entries()) {
      if (seconds <= bound) this.#buckets[index] = (this.#buckets[index] ?? 0) + 1;
    }
  }

  text(): string {
    const name = "modelkeep_serve_request_duration_seconds";
    return [
      "# HELP modelkeep_serve_requests_total Scoring requests by status.",
      "# TYPE modelkeep_serve_requests_total counter",
      ...[...this.#requests].map(
        ([status, count]) => `modelkeep_serve_requests_total{status="${status}"} ${count}`,
      ),
      `# HELP ${name} Time to answer a scoring request.`,
      `# TYPE ${name} histogram`,
      ...BUCKETS.map((bound, index) => `${name}_bucket{le="${bound}"} ${this.#buckets[index] ?? 0}`),
      `${name}_bucket{le="+Inf"} ${this.#count}`,
      `${name}_sum ${this.#seconds}`,
      `${name}_count ${this.#count}`,
      "",
    ].join("\n");
  }
}
