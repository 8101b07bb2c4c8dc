// Runs a tool written in TypeScript: `node tools/run.mjs build --quiet` is tools/build.ts with those arguments.
// (Node learnt to do this by itself in version 22.18.)
import { build } from "esbuild";

const [name, ...args] = process.argv.slice(2);
const outfile = `build/tools/${name}.mjs`;
await build({
  entryPoints: [`tools/${name}.ts`],
  outfile,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  packages: "external",
  logLevel: "warning",
});
process.argv = [process.argv[0], outfile, ...args];
await import(new URL(`../${outfile}`, import.meta.url).href);
