// Runs a tool written in TypeScript: `node tools/run.mjs build --quiet` is tools/build.ts with those arguments.
// (Node learnt to do this by itself in version 22.18.)
import { existsSync } from "node:fs";

const [name, ...args] = process.argv.slice(2);
const outdir = `build/tools/${name}`;

/** Ends with one line that says what to do. */
function refuse(reason) {
  console.error(reason);
  process.exit(1);
}

if (!existsSync(`tools/${name}.ts`)) refuse(`there is no tool '${name}': tools/ has a file for each`);

async function esbuild() {
  try {
    return await import("esbuild");
  } catch (error) {
    if (error?.code !== "ERR_MODULE_NOT_FOUND") throw error;
    return refuse("the packages are not installed: run npm ci");
  }
}

const { build } = await esbuild();
try {
  await build({
    entryPoints: [`tools/${name}.ts`],
    outdir,
    bundle: true,
    splitting: true, // what is imported dynamically stays unloaded until then
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    logLevel: "silent",
  });
} catch (error) {
  const { text, location } = error.errors?.[0] ?? { text: error.message, location: null };
  const place = location ? `${location.file}:${location.line}: ` : "";
  refuse(`tools/${name}.ts cannot be compiled: ${place}${text}`);
}
const program = new URL(`../${outdir}/${name}.js`, import.meta.url);
process.argv = [process.argv[0], program.pathname, ...args];
await import(program.href);
