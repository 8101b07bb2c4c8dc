import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    globalSetup: ["tests/machine/fixtures/setup.ts"],
    pool: "forks",
    poolOptions: { forks: { maxForks: 2 } },
  },
});
