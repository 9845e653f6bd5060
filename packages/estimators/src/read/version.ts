import { malformed, unsupported } from "../error.ts";

/** A scikit-learn version as `major * 100 + minor`: 1.4.2 is 104. Behaviour never changed in a patch release that matters here. */
export type Version = number;

/** Oldest and newest release whose behaviour was compared with this engine (docs/estimators.md). */
const OLDEST: Version = 100;
const NEWEST: Version = 109;

/**
 * The version that a fitted state carries.
 * @throws {EstimatorError} `unsupported` outside what was compared, `malformed` for what is no version
 */
export function parseVersion(text: string, where: string): Version {
  const match = /^(\d{1,3})\.(\d{1,2})(?:\.(\d{1,3}))?(?:\.post\d+|rc\d+)?$/u.exec(text);
  if (match === null)
    throw malformed(`${where}: ${JSON.stringify(text.slice(0, 40))} is no released version of scikit-learn`);
  const version = Number(match[1]) * 100 + Number(match[2]);
  if (version < OLDEST || version > NEWEST) {
    throw unsupported(
      `${where} was made with scikit-learn ${text}; this engine knows ${show(OLDEST)} to ${show(NEWEST)}`,
    );
  }
  return version;
}

function show(version: Version): string {
  return `${Math.floor(version / 100)}.${version % 100}`;
}
