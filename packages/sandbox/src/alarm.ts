/**
 * Waits for `work`, and calls `late` once when it takes too long. While it waits, this process does not end by itself:
 * pipes to cages do not hold it.
 * @param milliseconds until `late` is called
 */
export async function withAlarm<Result>(
  work: Promise<Result>,
  milliseconds: number,
  late: () => void,
): Promise<Result> {
  const alarm = setTimeout(late, milliseconds);
  try {
    return await work;
  } finally {
    clearTimeout(alarm);
  }
}
