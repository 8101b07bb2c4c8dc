import { VRegionFlags } from "../../../system/kpi/types";
import { Random } from "../../grade/random";
import { MIB, PAGE } from "../../grade/subject";
import { hex } from "../../grade/text";
import type { WritingExercise } from "../exercise";
import { between, pagesText } from "./numbers";

const { READ, READ_WRITE } = { READ: VRegionFlags.READ, READ_WRITE: VRegionFlags.READ_WRITE };
/** Entries of an L2 table. */
const ENTRIES = 256;

export const twoTablesExercise: WritingExercise = {
  kind: "write",
  id: "two-tables",
  title: "Map across two L2 tables",
  step: "extra",
  learn:
    "An L2 table has 256 entries, for 1 MiB. A mapping that crosses such a boundary is two mappings, each with its own offset into the frame.",
  file: "libaos/mapping/tables.ts",
  functionName: "mapPages",
  given: ["libaos/mapping/chunk.ts"],
  hints: {
    "map-refused":
      "The CPU driver refuses entries past the end of an L2 table. Map at most 256 - l2Entry(va) pages at once, and the others in the next table.",
    "wrong-page":
      "The pages in the second table show the wrong part of the frame. Their offset is the offset of the first ones plus the bytes that are mapped " +
      "already.",
    "not-mapped": "Not all pages are mapped. Go on until no page is left: a mapping may need three tables.",
    "mapped-too-much": "More pages are mapped than were asked for. How many are left for the last table?",
    "map-accepted":
      "The mapping was refused in the second table, but the pages in the first table are still mapped. Undo them with unmapInOneTable.",
    "endless-recursion": "Each call must map fewer pages than the one before, and stop when none is left.",
    "too-many-calls": "The loop does not end: count the pages that are left.",
  },
  variant(seed) {
    const random = new Random(seed);
    const mib = between(random, 0x60, 0x200);
    const before = between(random, 3, 60);
    const behind = between(random, 3, 60);
    const boundary = (mib + 1) * MIB;
    const va = boundary - before * PAGE;
    const pages = before + behind;
    const rest = between(random, 1, 100);
    return {
      text: [
        "A virtual address has three parts: bits 20 to 31 select the L2 table, bits 12 to 19 an entry in it, and the others a byte in the page. The " +
          "function mapPages maps all pages with one call, in the table of the first one. That fails at the end of the table.",
        {
          drawing: [
            "            L2 table of this MiB              L2 table of the next MiB",
            "   entry   0 ... 253  254  255               0    1    2    3 ...",
            "                [ p0 | p1 | p2 ]           [ p3 | p4 | p5 ]",
            "                  ^                          ^",
            "   frame offset   0                          3 pages",
          ].join("\n"),
          says: "A mapping of six pages: the first three lie in the last entries of one L2 table, the others in the first entries of the next, where the offset into the frame is three pages.",
        },
        "Divide the pages among the tables. mapInOneTable maps what lies in one table, and makes the table if it is missing. If a later part fails, " +
          "undo the earlier ones with unmapInOneTable: copy the fields of Mapped before the next call changes them.",
        `Your numbers: ${pagesText(pages)} at ${hex(va)}. The next L2 table begins at ${hex(boundary)}.`,
      ],
      cases: [
        {
          title: "a mapping across two tables",
          run(t) {
            t.startManager();
            t.map(va, t.frame(pages * PAGE), pages * PAGE, READ_WRITE);
            t.mustNotBeMapped(va - PAGE, "the page before");
            t.mustNotBeMapped(va + pages * PAGE, "the page after");
          },
        },
        {
          title: "a mapping that ends with the table",
          run(t) {
            t.startManager();
            t.map(va, t.frame(before * PAGE), before * PAGE, READ);
            t.mustNotBeMapped(boundary, "the page after");
          },
        },
        {
          title: "a mapping across three tables",
          run(t) {
            t.startManager();
            const all = before + ENTRIES + rest;
            t.map(va, t.frame(all * PAGE), all * PAGE, READ_WRITE);
            t.mustNotBeMapped(va + all * PAGE, "the page after");
          },
        },
        {
          title: "a mapping whose second part is refused leaves nothing mapped",
          run(t) {
            t.startManager();
            const used = boundary + between(new Random(seed + 1), 0, behind - 1) * PAGE;
            t.map(used, t.frame(PAGE), PAGE, READ_WRITE);
            t.mapRefused(va, t.frame(pages * PAGE), pages * PAGE, READ_WRITE, "a mapping over a page that is mapped");
            t.mustNotBeMapped(va, "the pages in the first table");
            t.map(va, t.frame(before * PAGE), before * PAGE, READ_WRITE);
          },
        },
      ],
    };
  },
};
