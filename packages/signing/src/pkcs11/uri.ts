import { SigningError } from "../errors.ts";

/** What a PKCS #11 URI says of a key and how to reach it. */
export interface Pkcs11Uri {
  /** The token's label. */
  readonly token?: string;
  readonly slotId?: number;
  /** The key's label. */
  readonly object?: string;
  /** The key's id, lower-case hexadecimal. */
  readonly id?: string;
  /** The module's file, or its name without `lib` and `.so`. */
  readonly modulePath?: string;
  readonly moduleName?: string;
  readonly pinValue?: string;
  /** `file:/path` or a path. */
  readonly pinSource?: string;
}

/** Attributes of RFC 7512 that say which key, and how to reach it. */
const PATH: ReadonlySet<string> = new Set(["token", "slot-id", "object", "id", "type"]);
const QUERY: ReadonlySet<string> = new Set(["module-path", "module-name", "pin-value", "pin-source"]);

/**
 * Reads a PKCS #11 URI (RFC 7512). Attributes that would narrow the choice of a token but are not looked at are refused,
 * so that no other key signs than the one that was meant.
 * @throws {SigningError} `key-unusable`; the message never holds the PIN
 */
export function parsePkcs11Uri(uri: string): Pkcs11Uri {
  if (!uri.startsWith("pkcs11:")) throw unusable("a PKCS #11 URI begins with pkcs11:");
  const [path = "", query = "", third] = uri.slice("pkcs11:".length).split("?");
  if (third !== undefined) throw unusable("the PKCS #11 URI has more than one ?");
  const found = new Map([...attributes(path, ";", PATH), ...attributes(query, "&", QUERY)]);
  const type = found.get("type");
  if (type !== undefined && type.toString() !== "private")
    throw unusable(`the PKCS #11 URI is of the type ${type.toString()}, not private`);
  if (!found.has("object") && !found.has("id"))
    throw unusable("the PKCS #11 URI names no key by object or id");
  return { ...keyOf(found), ...wayOf(found) };
}

function keyOf(found: ReadonlyMap<string, Buffer>): Pkcs11Uri {
  const [token, object, id, slot] = ["token", "object", "id", "slot-id"].map((name) => found.get(name));
  if (slot !== undefined && !/^\d{1,19}$/u.test(slot.toString()))
    throw unusable("slot-id in the PKCS #11 URI is no whole number");
  if (id?.byteLength === 0) throw unusable("id in the PKCS #11 URI is empty");
  return {
    ...(token === undefined ? {} : { token: textOf(token, "token") }),
    ...(slot === undefined ? {} : { slotId: Number(slot.toString()) }),
    ...(object === undefined ? {} : { object: textOf(object, "object") }),
    ...(id === undefined ? {} : { id: id.toString("hex") }),
  };
}

function wayOf(found: ReadonlyMap<string, Buffer>): Pkcs11Uri {
  const text = (name: string): string | undefined => {
    const value = found.get(name);
    return value === undefined ? undefined : textOf(value, name);
  };
  const [modulePath, moduleName] = [text("module-path"), text("module-name")];
  const [pinValue, pinSource] = [text("pin-value"), text("pin-source")];
  if (pinValue !== undefined && pinSource !== undefined)
    throw unusable("the PKCS #11 URI has both pin-value and pin-source");
  return {
    ...(modulePath === undefined ? {} : { modulePath }),
    ...(moduleName === undefined ? {} : { moduleName }),
    ...(pinValue === undefined ? {} : { pinValue }),
    ...(pinSource === undefined ? {} : { pinSource }),
  };
}

function* attributes(
  part: string,
  separator: string,
  known: ReadonlySet<string>,
): Generator<[string, Buffer]> {
  const seen = new Set<string>();
  for (const one of part === "" ? [] : part.split(separator)) {
    const at = one.indexOf("=");
    const name = at < 0 ? one : one.slice(0, at);
    if (at < 0 || !known.has(name))
      throw unusable(`${JSON.stringify(name.slice(0, 40))} in the PKCS #11 URI is not known`);
    if (seen.has(name)) throw unusable(`${name} is twice in the PKCS #11 URI`);
    seen.add(name);
    yield [name, decode(one.slice(at + 1), name)];
  }
}

/** Percent-decoding to bytes: an id is any bytes. */
function decode(value: string, name: string): Buffer {
  if (/%(?![0-9a-fA-F]{2})/u.test(value)) throw unusable(`${name} in the PKCS #11 URI is encoded wrongly`);
  const pieces = value
    .split(/(%[0-9a-fA-F]{2})/u)
    .map((piece) => (piece.startsWith("%") ? Buffer.from(piece.slice(1), "hex") : Buffer.from(piece)));
  return Buffer.concat(pieces);
}

function textOf(bytes: Buffer, name: string): string {
  const text = bytes.toString();
  // A program gets these as arguments and environment, where a zero byte ends a string.
  if (text === "" || text.includes("\0") || text.includes("\uFFFD"))
    throw unusable(`${name} in the PKCS #11 URI is empty or no text`);
  return text;
}

function unusable(message: string): SigningError {
  return new SigningError("key-unusable", message, {
    advice: "write pkcs11:token=LABEL;object=KEY?module-path=/path/to/module.so",
  });
}
