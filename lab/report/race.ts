/** The figures of a race as text: the columns of its table, and the sentences about refusals and ends. */
import { counted, formatBytes, formatCount } from "../../observe/text/quantities";
import type { RaceResult, RaceStop } from "../race/race";

const NONE = "-";

export function formatNanoseconds(nanoseconds: number): string {
  if (nanoseconds < 1000) return `${Math.round(nanoseconds)} ns`;
  const [value, unit] = nanoseconds < 1e6 ? [nanoseconds / 1e3, "µs"] : [nanoseconds / 1e6, "ms"];
  return `${value.toFixed(value < 10 ? 2 : 1)} ${unit}`;
}

export const formatShare = (share: number): string => `${(100 * share).toFixed(1)} %`;
export const formatAPiece = (bytes: number): string => `${bytes.toFixed(1)} B`;

const orNone = (value: number | null, format: (value: number) => string) => (value === null ? NONE : format(value));

/** The time of a manager itself: that of the operation without its system calls. */
export function ownNanoseconds({ nanoseconds, callNanoseconds }: RaceResult): number | null {
  return nanoseconds === null || callNanoseconds === null ? null : Math.max(0, nanoseconds - callNanoseconds);
}

export interface RaceColumn {
  title: string;
  about: string;
  cell(result: RaceResult): string;
}

export const RACE_COLUMNS: readonly RaceColumn[] = [
  {
    title: "time",
    about: "of one operation, on average",
    cell: ({ nanoseconds }) => orNone(nanoseconds, formatNanoseconds),
  },
  {
    title: "own time",
    about: "the same without its system calls",
    cell: (result) => orNone(ownNanoseconds(result), formatNanoseconds),
  },
  {
    title: "system calls",
    about: "of one operation, on average",
    cell: ({ systemCalls, operations }) => (operations === 0 ? NONE : systemCalls.toFixed(2)),
  },
  {
    title: "first refusal at",
    about: "the share of the memory that was in use when a request was refused for the first time",
    cell: ({ firstRefusal }) => orNone(firstRefusal?.inUse ?? null, formatShare),
  },
  { title: "refusals", about: "requests that were refused", cell: ({ refusals }) => formatCount(refusals) },
  {
    title: "fragmentation",
    about: "the share of the free memory outside the largest free range, at the end",
    cell: ({ samples }) => orNone(samples.at(-1)?.fragmentation ?? null, formatShare),
  },
  {
    title: "metadata",
    about: "bytes of nodes at the peak; records outside mm.slabs are not counted",
    cell: ({ metadataBytes }) => orNone(metadataBytes, formatBytes),
  },
  {
    title: "a live piece",
    about: "the same bytes for each live piece",
    cell: ({ metadataAPiece }) => orNone(metadataAPiece, formatAPiece),
  },
  {
    title: "record",
    about: "bytes of the record Mm",
    cell: ({ recordBytes }) => (recordBytes === 0 ? NONE : formatBytes(recordBytes)),
  },
];

/** Where the program was when it was stopped: "find (libmm/mm.ts:88) <- mmAllocAligned (libmm/mm.ts:40)". */
export function placesOfStop({ frames }: RaceStop): string {
  return frames
    .slice(0, 4)
    .map(({ function: name, file, line }) => `${name} (${file}:${line})`)
    .join(" <- ");
}

export function stopSentence({ operation, title, happened, call }: RaceStop): string {
  const after = operation === 0 ? "before the first operation" : `after ${counted(operation, "operation")}`;
  return `It ended ${after}, in ${call}: ${title}. ${happened}`;
}

/** A remark about a manager whose first refusal has another error than that of memory that does not fit. */
export function refusalRemark({ firstRefusal }: RaceResult): string | null {
  if (firstRefusal === null || firstRefusal.names.includes("MM_ERR_NOT_FOUND")) return null;
  return `It refuses operation ${formatCount(firstRefusal.operation + 1)} with ${firstRefusal.names.join(" < ")}.`;
}
