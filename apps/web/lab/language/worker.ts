/// <reference types="vite/client" />
/** The worker with TypeScript's language service. */
import compilerTypes from "assemblyscript/std/assembly/index.d.ts?raw";
import { serveRequests } from "../../requests/serve";
import { readOwnSource } from "../worker/sources";
import { Language } from "./language";
import type { LanguageRequests } from "./protocol";

const language = new Language(readOwnSource, compilerTypes);

serveRequests<LanguageRequests>({
  update: (given) => language.update(...given),
  problems: (given) => language.problems(...given),
  hover: (given) => language.hover(...given),
  signature: (given) => language.signature(...given),
  completions: (given) => language.completions(...given),
  completion: (given) => language.completion(...given),
  definition: (given) => language.definition(...given),
  source: (given) => language.source(...given),
});
