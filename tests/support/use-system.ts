/** How a test file gets its system. */
import { afterEach, beforeEach } from "vitest";
import type { DirectBootOptions } from "../../machine/direct/direct-machine";
import { createSystem, type System } from "./system";

/** A system for the tests of a file: booted before each, audited after each. */
export async function useSystem(options: DirectBootOptions = {}): Promise<System> {
  const system = await createSystem();
  beforeEach(() => system.boot(options));
  afterEach(() => system.finish());
  return system;
}
