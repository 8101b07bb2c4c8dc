/** The system of a test file. */
import { afterEach, beforeEach } from "vitest";
import { createSystem, type System } from "../../evidence/harness/system";
import type { DirectBootOptions } from "../../machines/hosted/direct/direct-machine";

/** A system for the tests of a file: booted before each, audited after each. */
export async function useSystem(options: DirectBootOptions = {}): Promise<System> {
  const system = await createSystem();
  beforeEach(() => system.boot(options));
  afterEach(() => system.finish());
  return system;
}
