import { defineConfig } from "vitest/config";
import Sequencer from "./tests/support/sequencer";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    globalSetup: ["tests/support/setup.ts"],
    sequence: { sequencer: Sequencer },
    runner: "./tests/support/runner.ts",
    // Enough for a busy machine: what hangs is stopped, what is slow is not a failure.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    pool: "forks",
    // One more than the cores that the tests need: those in a browser wait half of their time.
    poolOptions: { forks: { maxForks: 3 } },
  },
});
