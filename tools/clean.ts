/** `npm run clean`: removes all files that the build makes. */
import { rmSync } from "node:fs";

for (const folder of ["build", "dist"]) rmSync(folder, { recursive: true, force: true });
