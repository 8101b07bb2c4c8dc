// Runs a tool written in TypeScript: `node tools/run.mjs build --quiet` is tools/build.ts with those arguments.
// (Node learnt to do this by itself in version 22.18.)
import { build } from "esbuild";

const [name, ...args] = process.argv.slice(2);
const outdir = `build/tools/${name}`;
await build({
  entryPoints: [`tools/${name}.ts`],
  outdir,
  bundle: true,
  splitting: true, // what is imported dynamically stays unloaded until then
  platform: "node",
  format: "esm",
  target: "node20",
  packages: "external",
  logLevel: "warning",
});
const program = new URL(`../${outdir}/${name}.js`, import.meta.url);
process.argv = [process.argv[0], program.pathname, ...args];
await import(program.href);
