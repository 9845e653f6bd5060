import type { FetchProgress } from "@modelkeep/mlflow";

/** After how long a person wants to see that something happens. */
const PATIENCE_MILLISECONDS = 1_000;
const REDRAW_MILLISECONDS = 200;
const WIDTH = 24;

/** A bar on standard error while a model is fetched, once that takes over a second, on a terminal only. */
export function fetchProgress(): (progress: FetchProgress) => void {
  const { stderr } = process;
  if (!stderr.isTTY) return () => undefined;
  let started: number | undefined;
  let drawn = 0;
  let shown = false;
  return (progress) => {
    const now = performance.now();
    const since = (started ??= now);
    const done = progress.files === progress.totalFiles;
    if (done && shown) stderr.write("\r\u001b[K");
    if (done) {
      // The next model's fetch begins anew.
      started = undefined;
      shown = false;
    }
    if (done || now - since < PATIENCE_MILLISECONDS || now - drawn < REDRAW_MILLISECONDS) return;
    drawn = now;
    shown = true;
    stderr.write(`\r\u001b[K${progressText(progress)}`);
  };
}

/** One line: a bar where the total is known, else counts. */
export function progressText({ files, totalFiles, bytes, totalBytes }: FetchProgress): string {
  const counts = `${files}/${totalFiles} files, ${megabytes(bytes)}`;
  if (totalBytes === undefined || totalBytes === 0) return `fetching ${counts}`;
  const full = Math.min(WIDTH, Math.round((bytes / totalBytes) * WIDTH));
  return `fetching [${"#".repeat(full)}${"-".repeat(WIDTH - full)}] ${counts} of ${megabytes(totalBytes)}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
