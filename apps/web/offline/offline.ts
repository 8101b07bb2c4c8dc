/** Keeps the site for visits without a network, and notices new versions. Without service workers, nothing happens. */
import { signal } from "@preact/signals";
import { Workbox } from "workbox-window";
import { deleteHandovers } from "../handover";
import type { ClaimAnswer, WorkerMessage } from "./messages";

const WORKER = "./sw.js";
/** Shortest time between two questions for a new version, and the time after which a page that stays open asks. */
const LEAST_PAUSE = 10 * 60_000;
const LONGEST_PAUSE = 60 * 60_000;

/** Whether the site is stored, so that it opens without a network. */
export const isStored = signal(false);
/** Loads the new version; null if there is none. */
export const newVersion = signal<(() => void) | null>(null);

/** The browser's service workers; null where they do not exist or are not allowed. */
function serviceWorkers(): ServiceWorkerContainer | null {
  try {
    return navigator.serviceWorker ?? null;
  } catch {
    return null; // A page in a sandboxed frame may not even ask.
  }
}

/** Starts keeping the site, after the page has loaded. */
export function keepForOffline(): void {
  const container = serviceWorkers();
  if (container === null) return;
  reloadWithNewVersion(container);
  const workbox = new Workbox(WORKER, { updateViaCache: "none" });
  workbox.addEventListener("waiting", () => {
    newVersion.value = () => workbox.messageSkipWaiting();
  });
  workbox
    .register()
    .then(() => container.ready)
    .then(async (registration) => {
      isStored.value = true;
      if (container.controller === null) await joinWorker(registration);
      askRegularly(workbox);
    })
    // A locked-down browser, or a host without the file: the page works without it.
    .catch(() => {});
}

/** When the reader of any tab takes the new version, all tabs load it at once: none goes on with files of both. */
function reloadWithNewVersion(container: ServiceWorkerContainer): void {
  let hadWorker = container.controller !== null;
  container.addEventListener("controllerchange", () => {
    if (hadWorker) location.reload();
    hadWorker = true;
  });
}

/** On a first visit, the page came from the network. The worker may have stored a later version meanwhile. */
async function joinWorker({ active, waiting }: ServiceWorkerRegistration): Promise<void> {
  if (active === null) return;
  const scripts = [...document.scripts].map(({ src }) => src).filter((src) => src !== "");
  const { port1, port2 } = new MessageChannel();
  const answer = new Promise<ClaimAnswer>((resolve) => {
    port1.onmessage = ({ data }: MessageEvent<ClaimAnswer>) => resolve(data);
  });
  active.postMessage({ type: "CLAIM", scripts } satisfies WorkerMessage, [port2]);
  const { isSameVersion } = await answer;
  if (!isSameVersion && waiting === null) newVersion.value = () => location.reload();
}

/** The browser asks for a new version when a page opens. Pages may stay open for days. */
function askRegularly(workbox: Workbox): void {
  let last = Date.now();
  const ask = () => {
    if (Date.now() - last < LEAST_PAUSE) return;
    last = Date.now();
    workbox.update().catch(() => {}); // There is no network.
  };
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") ask();
  });
  setInterval(ask, LONGEST_PAUSE);
}

/** Deletes everything that the site has stored in this browser: files and settings of the reader, and the site itself. */
export async function deleteEverything(): Promise<void> {
  const registration = await serviceWorkers()?.getRegistration();
  if (registration) {
    for (const name of await caches.keys()) if (name.endsWith(registration.scope)) await caches.delete(name);
    await registration.unregister();
  }
  await deleteHandovers();
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(STORAGE_PREFIX)) localStorage.removeItem(key);
  } catch {
    // Storage is not allowed, so nothing is stored.
  }
}

/** What the keys of the site begin with: other sites of the same host may store texts as well. */
const STORAGE_PREFIX = "typefish.";
