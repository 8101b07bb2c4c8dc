/// <reference types="vite/types/importMeta.d.ts" />
/** The hand-out's files, as texts in the page. */
import { HANDOUT_FILES } from "../../../lab/submission";

const ROOT = "../../../lab/handout/";
const TEXTS = import.meta.glob<string>("../../../lab/handout/**/*.ts", {
  query: "?raw",
  import: "default",
  eager: true,
});

export const HANDOUT: ReadonlyMap<string, string> = new Map(
  HANDOUT_FILES.map((path) => [path, TEXTS[ROOT + path] as string]),
);
