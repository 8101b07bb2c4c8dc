/** The worker of one run. It owns the machine and its recording, and answers the requests of `protocol.ts`. */
import { english } from "../english";
import type { Moment, PartName } from "../moment";
import type { RunRequests } from "../protocol";
import { type Handlers, Refusal, serveRequests } from "../requests/serve";
import { buffersOf, PARTS } from "./parts";
import { listScenarios, Session } from "./session";
import { fetchSystem } from "./system";

let session: Session | null = null;

function started(): Session {
  if (!session) throw new Refusal("There is no run yet. Start one in the toolbar.");
  return session;
}

const handlers: Handlers<RunRequests> = {
  async start({ run, system }, onProgress) {
    onProgress({ share: 0, text: english.progress.loading });
    session = Session.start(await fetchSystem(system), run, onProgress);
    return session.info;
  },

  async open({ name, bytes, system }) {
    session = await Session.open(await fetchSystem(system), name, bytes);
    return session.info;
  },

  scenarios: async ({ run, system }) => listScenarios(await fetchSystem(system), run),

  moment({ call, parts, selection }, onProgress) {
    const source = started().source(call, selection, onProgress);
    const decoded = parts.map((name: PartName) => [name, PARTS[name](source)]);
    return { call: source.call, ...Object.fromEntries(decoded) } as Moment;
  },

  words: ({ call, pages }) => started().words(call, pages),
  detail: ({ call }) => started().detail(call),
  timeline: ({ from, milliseconds }) => started().timeline(from, milliseconds),
  touching: ({ selection, call, direction }) => started().touching(selection, call, direction),
  stack: ({ call }) => started().stack(call),
  fragmentation: ({ calls }) => started().fragmentation(calls),
  save: () => started().save(),
};

serveRequests<RunRequests>(handlers, buffersOf);
