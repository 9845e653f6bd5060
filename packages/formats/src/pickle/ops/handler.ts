import type { Machine } from "../machine.ts";

/** Executes one opcode; the input stands behind the opcode's byte. */
export type Handler = (machine: Machine) => void;
