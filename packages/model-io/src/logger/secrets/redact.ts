import {
  type Detector,
  DETECTORS,
  isPlaceholder,
  isRandom,
  isSuspiciousKey,
  isTellingKey,
} from "./detectors.ts";

export interface Redaction {
  readonly text: string;
  /** Detectors that found something, without doubles. */
  readonly found: readonly string[];
}

/**
 * Replaces every secret in a text by `[redacted: kind]`.
 * @param key what the text is logged under: some keys say that their value is a secret
 */
export function redact(text: string, key = ""): Redaction {
  if (text === "" || isPlaceholder(text)) return { text, found: [] };
  if (isTellingKey(key)) return whole("telling-key");
  const redaction = replaceSecrets(text, () => true);
  if (redaction.found.length === 0 && isSuspiciousKey(key) && isRandom(text)) return whole("high-entropy");
  return redaction;
}

/**
 * The same for a whole text file. Source code says `token = next_token()`: what a telling name stands before counts
 * only when it is random enough to be a secret.
 */
export function redactFile(text: string): Redaction {
  return replaceSecrets(text, (id, secret) => id !== "named-secret" || isRandom(secret));
}

function replaceSecrets(text: string, counts: (id: string, secret: string) => boolean): Redaction {
  const found = new Set<string>();
  let clean = text;
  // Again until nothing is found: what is replaced may have hidden where its neighbour begins. Marks are never secrets.
  for (let before: string | undefined; before !== clean; ) {
    before = clean;
    for (const detector of DETECTORS) clean = replaceOne(clean, detector, counts, found);
  }
  return { text: clean, found: [...found] };
}

function replaceOne(
  text: string,
  { id, pattern, confirm }: Detector,
  counts: (id: string, secret: string) => boolean,
  found: Set<string>,
): string {
  return text.replace(pattern, (match: string, ...groups: unknown[]) => {
    const secret = typeof groups[0] === "string" ? groups[0] : match;
    if (secret.startsWith("[redacted") || confirm?.(secret) === false || !counts(id, secret)) return match;
    found.add(id);
    return match.replace(secret, () => mark(id));
  });
}

function whole(id: string): Redaction {
  return { text: mark(id), found: [id] };
}

function mark(id: string): string {
  return `[redacted: ${id}]`;
}
