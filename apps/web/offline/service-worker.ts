/**
 * The service worker: keeps the whole site in the browser, so that it opens without a network.
 *
 * The build lists every file of the site with its hash (tools/build/service-worker.ts). A version is stored as a whole or
 * not at all: the browser compares each file with its hash when it is stored. A new version waits beside the present one
 * until the reader wants it, so the pages on the screen and their workers never get files of two versions.
 *
 * The teacher's files, JSON beside the page, belong to no version. They come from the network, or without one from the
 * last visit.
 */
import { setCacheNameDetails } from "workbox-core";
import { getCacheKeyForURL, precacheAndRoute } from "workbox-precaching";
import { registerRoute } from "workbox-routing";
import { NetworkFirst } from "workbox-strategies";
import { CACHE_PREFIX, type ClaimAnswer, type WorkerMessage } from "./messages";

/** The files of this version. */
declare const SITE_FILES: { url: string; revision: string | null; integrity: string }[];
/** The teacher's files that the build has put beside the page. */
declare const TEACHER_FILES: string[];

/** What this worker uses of its global scope. The page's types have no service workers. */
interface WorkerScope {
  readonly clients: { claim(): Promise<void> };
  readonly registration: { readonly scope: string };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install", listener: (event: InstallEvent) => void): void;
  addEventListener(type: "message", listener: (event: MessageEvent<WorkerMessage>) => void): void;
}

interface InstallEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}

const scope = globalThis as unknown as WorkerScope;
const folder = scope.registration.scope;

/** After this time without an answer of the network, the teacher's file of the last visit is used. */
const PATIENCE_SECONDS = 5;

setCacheNameDetails({ prefix: CACHE_PREFIX, suffix: folder });
precacheAndRoute(SITE_FILES, { ignoreURLParametersMatching: [/./] });

const teacherFiles = new NetworkFirst({
  cacheName: `${CACHE_PREFIX}-teacher-${folder}`,
  networkTimeoutSeconds: PATIENCE_SECONDS,
  fetchOptions: { cache: "no-cache" },
});
const isBesidePage = ({ href }: URL) => href.startsWith(folder) && /^[^/?]+\.json$/.test(href.slice(folder.length));
registerRoute(({ url }) => isBesidePage(url), teacherFiles);

scope.addEventListener("install", (event) => {
  const stored = TEACHER_FILES.map((name) =>
    teacherFiles.handle({ event: event as never, request: new Request(name) }),
  );
  // A teacher may have removed one. The site works without it until it is needed.
  event.waitUntil(Promise.allSettled(stored));
});

scope.addEventListener("message", ({ data, ports: [port] }) => {
  if (data.type === "SKIP_WAITING") void scope.skipWaiting();
  if (data.type !== "CLAIM") return;
  const isSameVersion = data.scripts.every((script) => getCacheKeyForURL(script) !== undefined);
  if (isSameVersion) void scope.clients.claim();
  port?.postMessage({ isSameVersion } satisfies ClaimAnswer);
});
