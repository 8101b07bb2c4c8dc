/// <reference types="vite/types/importMeta.d.ts" />
/** The project's own sources, as texts in the worker: what a submission is compiled with. */
import type { ReadOwnSource } from "../../../../lab/build";

const TEXTS = import.meta.glob<string>(
  ["../../../../system/**/*.ts", "../../../../lab/program/*.ts", "../../../../lab/exercises/{given,start}/**/*.ts"],
  { query: "?raw", import: "default", eager: true },
);
const ROOT = "../../../../";

export const readOwnSource: ReadOwnSource = (path) => TEXTS[ROOT + path] ?? null;
