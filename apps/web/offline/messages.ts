/** What a page and its service worker say to each other. */

/** The first word in the names of the site's caches. The folder of the site is the last. */
export const CACHE_PREFIX = "typefish";

export type WorkerMessage =
  /** The reader wants the version that waits. */
  | { type: "SKIP_WAITING" }
  /** A page that came from the network asks to be served by the worker from now on. `scripts` are its addresses. */
  | { type: "CLAIM"; scripts: string[] };

export interface ClaimAnswer {
  /** The page is of the worker's version, so the worker serves it now. */
  isSameVersion: boolean;
}
