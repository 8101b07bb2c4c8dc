/**
 * Scenarios that map and write frames of many MiB. The sizes are those of the course's tests if the board has enough
 * memory.
 */
import { BASE_PAGE_SIZE, BYTES_PER_SECTION } from "../../kpi/types";
import { pageTables } from "../../libaos/accounts";
import { Out } from "../../libaos/out";
import { freePages } from "./accounts";
import { equal, note } from "./check";
import { add } from "./list";
import { countOtherBytes, countOtherWords, fillBytes, fillWords } from "./mapped-memory";
import { mapAnywhere, unmap } from "./mapping";
import { giveBackAll, lastPiece, pieceAt, piecesBegin, takeFrame } from "./pieces";

const FRAMES: u32 = 10;
/** The sum of 30 + i for ten frames, plus some for tables and slots. */
const SHARES: u32 = 400;

/** Address at which frame i is mapped. */
const addresses: usize = memory.data(40, 4);

function addressOf(index: u32): u32 {
  return load<u32>(addresses + (index << 2));
}

function t16(): void {
  // Frame i has 30 + i units. A unit is 1 MiB, or less if the board has less memory.
  const unit = min<u32>(BYTES_PER_SECTION, (freePages() / SHARES) * BASE_PAGE_SIZE);
  let bytes: u64 = 0;
  let mapped: u32 = 0;
  piecesBegin();
  while (mapped < FRAMES && takeFrame((30 + mapped) * unit) && mapAnywhere(lastPiece().cap, lastPiece().bytes)) {
    store<u32>(addresses + (mapped << 2), Out.buffer);
    bytes += lastPiece().bytes;
    mapped++;
  }
  for (let i: u32 = 0; i < mapped; i++) fillWords(addressOf(i), u32(pieceAt(i).bytes), i + 1);
  for (let i: u32 = 0; i < mapped; i++) {
    equal(countOtherWords(addressOf(i), u32(pieceAt(i).bytes), i + 1), 0, "words that differ in frame", i + 1);
  }
  for (let i: u32 = 0; i < mapped; i++) unmap(addressOf(i));
  giveBackAll();
  note("%lu MiB equal, in frames of %u KiB to %u KiB", bytes >> 20, (30 * unit) >> 10, (39 * unit) >> 10);
}

function t19(): void {
  const quarter = min<u32>(16 * BYTES_PER_SECTION, (freePages() / 8) * BASE_PAGE_SIZE);
  const tables = pageTables();
  piecesBegin();
  if (takeFrame(4 * quarter) && mapAnywhere(lastPiece().cap, 4 * quarter)) {
    const address = Out.buffer;
    fillBytes(address, 16, 0x78);
    fillBytes(address + quarter, 16, 0x79);
    fillBytes(address + 2 * quarter, 16, 0x7a);
    fillBytes(address + 3 * quarter, 16, 0x74);
    for (let i: u32 = 0; i < 4; i++) {
      const letter: u32 = i == 3 ? 0x74 : 0x78 + i;
      equal(countOtherBytes(address + i * quarter, 16, u8(letter)), 0, "letters that differ in quarter", i + 1);
      equal(load<u8>(address + i * quarter + 16), 0, "the byte after the letters in quarter", i + 1);
    }
    unmap(address);
  }
  giveBackAll();
  note(
    "x, y, z, t in %u KiB at 0x%08lx; new L2 tables: %u",
    (4 * quarter) >> 10,
    pieceAt(0).base,
    pageTables() - tables,
  );
}

export function registerLargeMapping(): void {
  add("T16", "10 large frames mapped at once, written and read", t16);
  add("T19", "letters in the four quarters of a large frame", t19);
}
