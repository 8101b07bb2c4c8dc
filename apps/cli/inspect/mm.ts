/** `inspect mm`: shows init's memory manager, and the slabs that hold its records and those of the address space. */
import { readable } from "../../../observe/decode/damage";
import {
  checkMemoryManager,
  decodeMemoryManager,
  type MemoryManager,
} from "../../../observe/decode/user/memory-manager";
import { decodePagingState } from "../../../observe/decode/user/paging-state";
import { decodeSlabs, type Slabs } from "../../../observe/decode/user/slabs";
import { counted, formatAddress, formatBytes, formatCount } from "../../../observe/text/quantities";
import { regionText } from "./capability-text";
import { shortened, table } from "./text";
import type { Subject, TextOptions, View } from "./view";

const ROWS = 40;

const LEGEND =
  "free: blocks that are free, of all blocks in the slabs; refills: how often the allocator got another slab";

function managerOf({ user, damage }: Subject): MemoryManager | null {
  if (!user || user.domain.mm === 0) return null;
  const { memory, domain } = user;
  return readable(damage, "memory manager", domain.mm, () => decodeMemoryManager(memory, domain.mm, damage));
}

function slabsOf(subject: Subject): { name: string; slabs: Slabs }[] {
  const { user, damage } = subject;
  if (!user) return [];
  const { memory, domain } = user;
  const found: { name: string; slabs: Slabs }[] = [];
  const add = (name: string, at: number, decode: () => Slabs | undefined) => {
    const slabs = at === 0 ? null : readable(damage, name, at, decode);
    if (slabs) found.push({ name, slabs });
  };
  add("memory manager", domain.mm, () => managerOf(subject)?.slabs);
  add("address space", domain.paging, () => decodePagingState(memory, domain.paging, damage).slabs);
  add("slot blocks", domain.slotBlockSlabs, () => decodeSlabs(memory, domain.slotBlockSlabs, damage));
  add("root segments", domain.rootSegmentSlabs, () => decodeSlabs(memory, domain.rootSegmentSlabs, damage));
  return found;
}

function slabTable(subject: Subject, { colors }: TextOptions): string {
  const right = (title: string) => ({ title, align: "right" as const });
  const columns = [
    { title: "slab allocator" },
    right("block size"),
    right("free"),
    right("blocks"),
    right("slabs"),
    right("refills"),
  ];
  const rows = slabsOf(subject).map(({ name, slabs: { blockSize, free, total, slabs, refills, failedRefills } }) => [
    name,
    formatBytes(blockSize),
    formatCount(free),
    formatCount(total),
    formatCount(slabs.length),
    failedRefills === 0 ? formatCount(refills) : `${refills}, ${failedRefills} failed`,
  ]);
  return `${table(columns, rows, colors)}\n\n${LEGEND}`;
}

/** Describes the memory that the account itself needs. */
function metadataLine({ freePieces, allocatedPieces, indexTables, slabs: { blockSize } }: MemoryManager): string {
  const bytes = (freePieces + allocatedPieces + indexTables) * blockSize;
  const handedOut = allocatedPieces === 0 ? blockSize : blockSize * (1 + indexTables / allocatedPieces);
  return `records of the pieces: ${formatBytes(bytes)}; ${blockSize} bytes for a free piece, ${handedOut.toFixed(1)} for one that is handed out`;
}

function noManager({ user }: Subject): string {
  return user && user.domain.mm !== 0 ? "init's memory manager cannot be read" : "init has no memory manager";
}

function text(subject: Subject, options: TextOptions): string {
  const mm = managerOf(subject);
  if (!mm) return noManager(subject);
  const { colors, all } = options;
  const sections = [
    `${formatBytes(mm.freeBytes)} of ${formatBytes(mm.totalBytes)} free; ` +
      `pieces: ${formatCount(mm.freePieces)} free, ${formatCount(mm.allocatedPieces)} handed out\n${metadataLine(mm)}`,
  ];
  for (const { cap, base, bytes, pieces } of mm.regions) {
    const shown = all ? pieces : pieces.slice(0, ROWS);
    const rows = shown.map((piece) => [
      regionText(piece),
      formatBytes(piece.bytes),
      piece.isFree ? "free" : "handed out",
    ]);
    const head = `region ${regionText({ base, bytes })}, capability ${formatAddress(cap)}, ${counted(pieces.length, "piece")}`;
    const columns = [{ title: "piece" }, { title: "size", align: "right" as const }, { title: "state" }];
    const rest = pieces.length - shown.length;
    const more = rest > 0 ? `\n... ${counted(rest, "more piece")}: --all shows them` : "";
    const paint = (line: string, row: number) => (shown[row]?.isFree ? colors.green(line) : line);
    sections.push(`${colors.bold(head)}\n${table(columns, rows, colors, paint)}${more}`);
  }
  sections.push(slabTable(subject, options));
  const problems = checkMemoryManager(mm).map((problem) => `broken: ${problem}`);
  if (problems.length > 0) sections.push(shortened(problems, all).map(colors.red).join("\n"));
  return sections.join("\n\n");
}

function json(subject: Subject): unknown {
  const manager = managerOf(subject);
  return manager && { ...manager, problems: checkMemoryManager(manager), allSlabs: slabsOf(subject) };
}

export const mm: View = { name: "mm", description: "init's memory manager: regions, pieces, slabs", json, text };
