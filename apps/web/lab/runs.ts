/** Runs that the learner asks for one by one, and recordings of them for the inspector. */
import { signal } from "@preact/signals";
import type { Sight } from "../../../lab/grade/failure";
import type { Explanation, ScenarioResult } from "../../../lab/grade/grade";
import type { Kind } from "../../../lab/grade/kinds";
import { handOver, type LabNote } from "../handover";
import { LAST_CALL, placeText, START } from "../place";
import { english } from "./english";
import { files } from "./files";
import { base, built, request } from "./lab";
import { notice } from "./notice";
import { panel } from "./panel";
import type { RunEnd } from "./protocol";
import type { Texts } from "./storage";

const words = english.runs;

/** What to run: `init`, or a pattern of scenarios. */
export const wanted = signal("init");
/** Console output of the latest run. */
export const output = signal("");
/** The latest run; its end is null while it runs, or if it was stopped. */
export const ran = signal<{ files: Texts; what: string; end: RunEnd | null } | null>(null);

export async function run(): Promise<void> {
  const about = files.peek();
  const what = wanted.peek().trim() || "init";
  output.value = "";
  ran.value = { files: about, what, end: null };
  const end = await request("run", { files: [...about], base: base(), what }, ({ output: text = "" }) => {
    output.value += text;
  });
  if (!end) return;
  ran.value = { files: about, what, end };
  built.value = { files: about, answer: end.built };
}

/** Runs one scenario, in the panel for runs. */
export function runOne(id: string): void {
  panel.value = "run";
  wanted.value = id;
  void run();
}

// ---- the inspector ----

const VIEW_OF = { page: "memory", slot: "cspace", address: "walk" } as const;

/** Address of the inspector at a moment of a recording. */
function inspectorAt(lab: string, { call, focus }: Sight): string {
  const view = focus === null ? "call" : VIEW_OF[focus.kind];
  const place = placeText({ ...START, run: { ...START.run, lab }, view, call: call ?? LAST_CALL, selection: focus });
  return new URL(`index.html${place}`, base()).href;
}

export function noteOf({ id, explanation }: Pick<ScenarioResult, "id"> & { explanation: Explanation }): LabNote {
  const { title, asked, happened, file, line, where, back, call } = explanation;
  const place = file === null ? "" : ` ${words.seePlace(file, line ?? 1)}`;
  const moments = [...(where ? [{ question: words.where, ...where }] : []), ...back];
  return {
    title: words.noteTitle(id, title),
    text: `${words.noteText(asked, happened)} ${words.noteCall(call)}${place}`,
    moments: moments.map(({ question, call: at, focus }) => ({ text: question, call: at, selection: focus })),
  };
}

/** Keys of the recordings of some files, by what was recorded. */
let handedOver: { files: Texts; keys: Map<string, string> } | null = null;

async function keyOf(about: Texts, what: string, note: LabNote, kind?: Kind): Promise<string | null> {
  if (handedOver?.files !== about) handedOver = { files: about, keys: new Map() };
  const { keys } = handedOver;
  const known = keys.get(what);
  if (known !== undefined) return known;
  const bytes = await request("record", { files: [...about], base: base(), what, kind });
  if (!bytes) return null;
  try {
    const key = await handOver({ name: what, bytes, note });
    keys.set(what, key);
    return key;
  } catch {
    notice.value = words.notKept;
    return null;
  }
}

/** Every link opens the same tab. */
const TAB = "typefish-inspector";

/** Records a run of the files that it is about, unless that is done, and opens the inspector at a moment of it. */
export async function inspect(about: Texts, what: string, note: LabNote, sight: Sight, kind?: Kind): Promise<void> {
  // A browser allows a new tab only at once after a click.
  const tab = open("", TAB);
  const key = await keyOf(about, what, note, kind);
  if (key === null) {
    if (tab?.location.href === "about:blank") tab.close();
    return;
  }
  const address = inspectorAt(key, sight);
  if (tab === null) location.assign(address);
  else {
    tab.location.href = address;
    tab.focus();
  }
}
