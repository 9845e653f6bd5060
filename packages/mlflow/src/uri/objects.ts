import { decode, fault, splitPath } from "./text.ts";

/** A place in an object store. */
export type ObjectUri =
  /** `endpoint` for services whose address says where they are (R2, B2) */
  | {
      readonly kind: "s3";
      readonly bucket: string;
      readonly path: string;
      readonly endpoint: string | undefined;
    }
  | { readonly kind: "gcs"; readonly bucket: string; readonly path: string }
  /** `accountUrl` is the blob endpoint, also for Data Lake addresses: accounts answer on both */
  | {
      readonly kind: "azure";
      readonly accountUrl: string;
      readonly container: string;
      readonly path: string;
    };

export const OBJECT_SCHEMES: ReadonlySet<string> = new Set([
  ...["s3", "s3a", "s3n", "r2", "b2", "gs", "wasbs", "wasb", "abfss", "abfs"],
]);

// Credentials go to the host that these addresses name, and a server may have written them: only the services' own.
const R2_HOST = /^[a-z0-9]{1,64}(?:\.(?:eu|fedramp))?\.r2\.cloudflarestorage\.com$/u;
const B2_HOST = /^s3\.[a-z0-9-]{1,40}\.backblazeb2\.com$/u;
const AZURE_HOST =
  /^([a-z0-9]{3,24})\.(?:blob|dfs)\.(core\.(?:windows\.net|chinacloudapi\.cn|usgovcloudapi\.net))$/u;
const BUCKET = /^[A-Za-z0-9][A-Za-z0-9._-]{0,221}$/u;

/**
 * Reads an address of an object store. Keys are taken as they stand, as MLflow takes them, but those of Data Lake
 * (`abfss`), which MLflow decodes once.
 * @throws {MlflowError} `configuration`
 */
export function objectUri(scheme: string, rest: string, uri: string): ObjectUri {
  const match = /^\/\/([^/]+)(?:\/(.*))?$/su.exec(rest);
  if (match === null)
    throw fault(`${uri} names no bucket`, `write ${FORMS.get(scheme) ?? "s3://bucket/path"}`);
  const authority = match[1] ?? "";
  const path = splitPath(match[2] ?? "", uri);
  switch (scheme) {
    case "r2":
      return hosted(authority, path, R2_HOST, uri, "r2");
    case "b2":
      return hosted(authority, path, B2_HOST, uri, "b2");
    case "gs":
      return { kind: "gcs", bucket: bucketName(authority, uri), path };
    case "wasbs":
    case "wasb":
      return azure(authority, path, uri, scheme);
    case "abfss":
    case "abfs":
      return azure(authority, splitPath(decode(path, uri), uri), uri, scheme);
    default:
      return { kind: "s3", bucket: bucketName(authority, uri), path, endpoint: undefined };
  }
}

const FORMS: ReadonlyMap<string, string> = new Map([
  ["gs", "gs://bucket/path"],
  ["r2", "r2://bucket@<account>.r2.cloudflarestorage.com/path"],
  ["b2", "b2://bucket@s3.<region>.backblazeb2.com/path"],
  ["wasbs", "wasbs://container@<account>.blob.core.windows.net/path"],
  ["abfss", "abfss://filesystem@<account>.dfs.core.windows.net/path"],
]);

function bucketName(name: string, uri: string): string {
  if (BUCKET.test(name)) return name;
  throw fault(`${uri} names no bucket`, "a bucket's name has letters, digits, dots, - and _ only");
}

function hosted(authority: string, path: string, hosts: RegExp, uri: string, scheme: string): ObjectUri {
  const [bucket = "", host = "", ...more] = authority.split("@");
  if (more.length > 0 || !hosts.test(host))
    throw fault(`${uri} is no ${scheme} address`, `write ${FORMS.get(scheme)}`);
  return { kind: "s3", bucket: bucketName(bucket, uri), path, endpoint: `https://${host}` };
}

function azure(authority: string, path: string, uri: string, scheme: string): ObjectUri {
  const [container = "", host = "", ...more] = authority.split("@");
  const found = AZURE_HOST.exec(host.toLowerCase());
  if (more.length > 0 || found === null || !/^[a-z0-9$][a-z0-9-]{0,62}$/u.test(container)) {
    throw fault(`${uri} is no ${scheme} address`, `write ${FORMS.get(scheme.padEnd(5, "s"))}`);
  }
  return { kind: "azure", accountUrl: `https://${found[1]}.blob.${found[2]}`, container, path };
}
