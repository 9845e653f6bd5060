/** Counters for Prometheus; few labels with few values, so that their number does not grow with users or models. */
export class Metrics {
  readonly #counters = new Map<string, number>();

  /** @param name without the prefix, for example `requests_total` */
  count(name: string, labels: Readonly<Record<string, string>> = {}, by = 1): void {
    const text = Object.entries(labels)
      .map(([label, value]) => `${label}="${value.replaceAll(/["\\\n]/gu, "_")}"`)
      .join(",");
    const key = text === "" ? name : `${name}{${text}}`;
    this.#counters.set(key, (this.#counters.get(key) ?? 0) + by);
  }

  /** Prometheus' text format. */
  render(): string {
    const lines: string[] = [];
    const typed = new Set<string>();
    for (const [key, value] of [...this.#counters].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const name = `modelkeep_${key.split("{")[0]}`;
      if (!typed.has(name)) lines.push(`# TYPE ${name} counter`);
      typed.add(name);
      lines.push(`modelkeep_${key} ${value}`);
    }
    return `${lines.join("\n")}\n`;
  }
}
