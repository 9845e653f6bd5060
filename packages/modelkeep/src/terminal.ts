import { fstatSync } from "node:fs";

/** Whether standard output shows colour. Only a device can; asking the stream of anything else would load it for nothing. */
export function isColorTerminal(): boolean {
  return fstatSync(1).isCharacterDevice() && process.stdout.isTTY && process.stdout.hasColors();
}
