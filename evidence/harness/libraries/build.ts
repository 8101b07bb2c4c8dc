/** Compiles the program of the library tests in both forms, once after each change of its sources. */
import type { DirectProgram } from "../../../machines/hosted/direct/direct-machine";
import { buildModule, buildProgram, compile } from "../modules";

const ENTRY = "evidence/harness/libraries/program/library.ts";

/** Builds the program for the machine. */
export function buildLibraryProgram(): Promise<DirectProgram> {
  return buildProgram("library-program", ENTRY, { exports: "all" });
}

/** Builds the program as a module of its own on plain memory, starting at 4 MiB. */
export function buildLibraryAlone(): Promise<Uint8Array<ArrayBuffer>> {
  return buildModule("library", () => compile([ENTRY], ["-O3", "--memoryBase", "4194304"]));
}
