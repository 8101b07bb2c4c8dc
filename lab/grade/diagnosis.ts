/**
 * Finds out which kind of mistake is behind a refusal or a run that ended. It knows what the CPU driver was asked last and
 * which memory is handed out, and may ask the submission for more memory.
 */
import type { RunResult } from "../../machines/results";
import { TrapKind } from "../../system/kpi/traps";
import type { Kind } from "./kinds";
import type { Pages, Region } from "./pages";
import { type ErrorNames, PAGE, type RetypeRequest } from "./subject";
import { answer, hex, kib, range } from "./text";

export interface Finding {
  kind: Kind;
  /** What happened, as a sentence. */
  happened: string;
}

/** A request that was refused although the submission could serve it. */
export interface Refused {
  names: ErrorNames;
  /** The call was one of the allocation functions. */
  isAllocation: boolean;
  pages: Pages;
  /** The latest retype that the submission asked for. */
  retype: RetypeRequest | null;
  /** Whether memory was handed out, and taken back, before. */
  hasAllocated: boolean;
  hasFreed: boolean;
  /** Asks the submission for memory. Returns whether it serves the request, and its latest retype; null if the run ends. */
  ask(bytes: number): { isServed: boolean; retype: RetypeRequest | null } | null;
}

interface ErrorRow {
  kind: Kind;
  names: readonly string[];
  /** A further sentence about what happened. */
  also?: string;
  /** The errors show this kind only in an allocation. */
  onlyAllocation?: true;
}

/** Errors of the CPU driver and of the libraries, and the kind of mistake that each shows. The first row that fits counts. */
const KIND_OF_ERROR: readonly ErrorRow[] = [
  { kind: "slot-in-use", names: ["SYS_ERR_SLOT_IN_USE", "SYS_ERR_SLOTS_IN_USE"] },
  {
    kind: "no-destination",
    names: [
      "SYS_ERR_SLOTS_INVALID",
      "SYS_ERR_DEST_CNODE_LOOKUP",
      "SYS_ERR_DEST_CNODE_INVALID",
      "SYS_ERR_DEST_ROOTCN_LOOKUP",
    ],
    also: " The destination of capRetype is not a slot.",
  },
  {
    kind: "wrong-offset",
    names: ["SYS_ERR_SOURCE_CAP_LOOKUP", "SYS_ERR_CAP_NOT_FOUND"],
    also: " The source of capRetype is an empty slot.",
    onlyAllocation: true,
  },
  { kind: "no-nodes", names: ["MM_ERR_NEW_NODE", "LIB_ERR_SLAB_ALLOC_FAIL"] },
  { kind: "no-slots", names: ["MM_ERR_SLOT_NOSLOTS", "MM_ERR_CHUNK_SLOT_ALLOC", "LIB_ERR_SLOT_ALLOC_NO_SPACE"] },
];

/** Why was the request refused? `fallback` is the kind if nothing else fits; null for a request of memory. */
export function diagnoseRefusal(refused: Refused, fallback: Kind | null): Finding {
  const { names, retype, isAllocation } = refused;
  const said = `The call answers ${answer(names)}.`;
  const has = (...wanted: string[]) => wanted.some((name) => names.includes(name));
  if (has("SYS_ERR_REVOKE_FIRST") && retype) return diagnoseRevokeFirst(refused, said, retype);
  if (has("SYS_ERR_RETYPE_INVALID_OFFSET", "SYS_ERR_INVALID_SIZE", "SYS_ERR_RETYPE_INVALID_COUNT"))
    return { kind: kindOfRange(refused.pages, retype), happened: said + describeRetype(retype) };
  if (has("SYS_ERR_ILLEGAL_DEST_TYPE", "SYS_ERR_INVALID_RETYPE") && retype)
    return { kind: "wrong-type", happened: `${said} capRetype was called with type ${retype.type}.` };
  const known = KIND_OF_ERROR.find((row) => has(...row.names) && (isAllocation || !row.onlyAllocation));
  if (known) return { kind: known.kind, happened: said + (known.also ?? "") };
  return { kind: fallback ?? kindOfMissingMemory(refused), happened: said };
}

function describeRetype(retype: RetypeRequest | null): string {
  return retype ? ` capRetype was called with offset ${hex(retype.offset)} and ${kib(retype.bytes)}.` : "";
}

/** The region whose capability is the source of a retype. */
function sourceRegion(pages: Pages, { source }: RetypeRequest): Region | undefined {
  return pages.regions.find(({ cap }) => cap !== null && Number(cap & 0xffffffffn) === source);
}

/** What is wrong with a retype whose range the CPU driver refused? */
function kindOfRange(pages: Pages, retype: RetypeRequest | null): Kind {
  if (!retype) return "wrong-offset";
  const { offset, bytes } = retype;
  if (bytes === 0 || bytes % PAGE !== 0) return "wrong-size";
  const source = sourceRegion(pages, retype);
  const startsInside = source !== undefined && offset <= source.bytes;
  return startsInside && offset + bytes > source.bytes ? "outside-region" : "wrong-offset";
}

/** capRetype was refused because a capability of that memory exists. */
function diagnoseRevokeFirst({ pages, ask }: Refused, said: string, retype: RetypeRequest): Finding {
  const what = said + describeRetype(retype);
  const source = sourceRegion(pages, retype);
  if (!source) return { kind: "wrong-offset", happened: what };
  const holder = pages.holder({ base: source.base + retype.offset, bytes: retype.bytes });
  if (!holder)
    return {
      kind: "capability-left",
      happened: `${what} That memory is free, but a capability of it still exists.`,
    };
  // A piece that was handed out, but is still in the list, is too small for a larger request. A fixed offset stays 0.
  const isAlwaysZero = retype.offset === 0 && ask(2 * retype.bytes)?.retype?.offset === 0;
  return {
    kind: isAlwaysZero ? "wrong-offset" : "handed-out-twice",
    happened: `${what} That memory belongs to ${holder.name}, ${range(holder)}.`,
  };
}

/** How many pages are asked for at most to find memory again. */
const MOST_PAGES = 2000;

/** Which kind of mistake hides memory that must be free? Asks for single pages. */
function kindOfMissingMemory({ pages, hasAllocated, hasFreed, ask }: Refused): Kind {
  if (!hasAllocated) return "nothing-found";
  const free = Math.min(pages.freeBytes() / PAGE, MOST_PAGES);
  for (let got = 0; got < free; got++) if (!ask(PAGE)?.isServed) return "memory-lost";
  return hasFreed ? "not-merged" : "memory-lost";
}

/** The null page and what lies close to it: fields of a null reference. */
const NULL_LIMIT = 0x10000;
/** The functions of libaos that write into a buffer which the submission passes. */
const BUFFER_USERS = ["slabGrow", "addSlab"];
/** Frames in which one of them is looked for. */
const INNER_FRAMES = 3;

/** Why did the run end during a call? `console` is what the program has printed. */
export function diagnoseEnd(result: RunResult, console: string): Finding {
  const happened =
    "message" in result ? `${result.message[0]?.toUpperCase()}${result.message.slice(1)}.` : "The run ended.";
  if (result.kind === "limit")
    return { kind: result.which === "milliseconds" ? "endless-loop" : "too-many-calls", happened };
  if (result.kind === "fault") {
    const { fault, frames } = result;
    if (fault.kind === "trap")
      return { kind: fault.trap === TrapKind.STACK_OVERFLOW ? "endless-recursion" : "trap", happened };
    const isInBuffer = frames.slice(0, INNER_FRAMES).some(({ function: name }) => BUFFER_USERS.includes(name));
    if (isInBuffer) return { kind: "bad-buffer", happened };
    return { kind: fault.address >>> 0 < NULL_LIMIT ? "null-pointer" : "bad-pointer", happened };
  }
  const last = console.split("\n").filter((line) => /^(ERROR|Failure|Aborted)/.test(line));
  const notImplementedYet = last.some((line) => line.includes("LIB_ERR_NOT_IMPLEMENTED"));
  const said = last.slice(0, 3).join(" ");
  return {
    kind: notImplementedYet ? "not-implemented" : "ends-run",
    happened: said === "" ? happened : `The program ended the run. Its console says: ${said}`,
  };
}
