#!/usr/bin/env node
// The command `typefish` of the package: runs the built command, or says in one line why that is impossible.
import { existsSync } from "node:fs";

const USAGE = 2;
const built = new URL("../../dist/cli.js", import.meta.url);

function refuse(reason) {
  console.error(`typefish: ${reason}`);
  process.exitCode = USAGE;
}

if (!existsSync(built)) refuse("nothing is built yet: run npm run build");
else {
  try {
    await import(built.href);
  } catch (error) {
    if (error?.code !== "ERR_MODULE_NOT_FOUND") throw error;
    refuse("the packages are not installed: run npm ci");
  }
}
