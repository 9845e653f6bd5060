import { MlflowError } from "../error.ts";

/** The pieces of a body; when none comes for so long, the body is cancelled. @throws {MlflowError} `unavailable` */
export async function* withIdleLimit(
  body: ReadableStream<Uint8Array> | null,
  milliseconds: number,
  where: string,
): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await readWithin(reader, milliseconds, where);
      if (done) return;
      yield value;
    }
  } catch (cause) {
    if (cause instanceof MlflowError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MlflowError("unavailable", `${where} broke off: ${reason}`, { cause });
  } finally {
    await reader.cancel().catch(() => undefined); // the body may have failed already, which was reported above
  }
}

type Piece =
  | { readonly done: false; readonly value: Uint8Array }
  | { readonly done: true; readonly value?: undefined };

async function readWithin(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  milliseconds: number,
  where: string,
): Promise<Piece> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const alarm = setTimeout(
    () => reject(new MlflowError("unavailable", `${where} sent nothing for ${milliseconds} ms`)),
    milliseconds,
  );
  try {
    const { done, value } = await Promise.race([reader.read(), late]);
    return done || value === undefined ? { done: true } : { done: false, value };
  } finally {
    clearTimeout(alarm);
  }
}
