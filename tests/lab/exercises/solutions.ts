/** The solutions of the writing exercises, and typical mistakes: small changes of a solution. */
import { readFileSync } from "node:fs";
import type { WritingExercise } from "../../../lab/exercises/exercise";
import type { Kind } from "../../../lab/grade/kinds";

export function solutionOf({ file }: WritingExercise): string {
  return readFileSync(`lab/exercises/given/${file}`, "utf8");
}

export interface Mistake {
  exercise: string;
  /** The mistake, as a clause that completes "explains that". */
  name: string;
  /** Makes the mistake in a solution. */
  text(solution: string): string;
  kind: Kind;
}

/** Replaces a text that occurs once. */
function change(replace: string, by: string): (solution: string) => string {
  return (solution) => {
    const parts = solution.split(replace);
    if (parts.length !== 2) throw new Error(`the text occurs ${parts.length - 1} times: ${replace}`);
    return parts.join(by);
  };
}

const mistakesOf =
  (exercise: string) =>
  (...mistakes: [name: string, kind: Kind, replace: string, by: string][]): Mistake[] =>
    mistakes.map(([name, kind, replace, by]) => ({ exercise, name, kind, text: change(replace, by) }));

export const MISTAKES: readonly Mistake[] = [
  ...mistakesOf("split")(
    [
      "the rest behind the part is lost",
      "memory-lost",
      "if (bytes < part.bytes) cut(mm, part, base + bytes);",
      "part.bytes = bytes;",
    ],
    ["the lower piece is not shortened", "handed-out-twice", "  node.bytes = base - node.base;\n", ""],
    ["the rest is not free", "memory-lost", "upper.isFree = node.isFree;", "upper.isFree = false;"],
    [
      "the rest does not know the base of its region",
      "wrong-offset",
      "upper.regionBase = node.regionBase;",
      "upper.regionBase = base;",
    ],
  ),
  ...mistakesOf("align")(
    ["the alignment is ignored", "misaligned", "(node.base + alignment - 1) & ~(alignment - 1)", "node.base"],
    [
      "the base is rounded down",
      "memory-lost",
      "(node.base + alignment - 1) & ~(alignment - 1)",
      "node.base & ~(alignment - 1)",
    ],
    [
      "the skipped bytes do not count",
      "handed-out-twice",
      "skipped <= node.bytes && bytes <= node.bytes - skipped",
      "bytes <= node.bytes",
    ],
    ["the piece may end before the next multiple", "handed-out-twice", "skipped <= node.bytes && ", ""],
    [
      "the size is rounded up as well",
      "memory-lost",
      "const skipped =",
      "bytes = (bytes + alignment - 1) & ~(alignment - 1);\n  const skipped =",
    ],
  ),
  ...mistakesOf("join")(
    [
      "only the neighbour behind is joined",
      "not-merged",
      "if (prev && belongTogether(prev, node))",
      "if (prev && prev.bytes == 0)",
    ],
    [
      "the neighbour before is followed without a test",
      "null-pointer",
      "const prev = node.prev;\n  if (prev && ",
      "const prev = changetype<MmNode>(node.prev);\n  if (",
    ],
    ["pieces of two regions are joined", "outside-region", " && lower.regionCap == upper.regionCap", ""],
    [
      "the node that is left over is lost",
      "node-leak",
      "    removeNode(mm, next);\n",
      "    node.next = next.next;\n    const after = next.next;\n    if (after) after.prev = node;\n",
    ],
  ),
  ...mistakesOf("double-free")(
    ["the state is not looked at", "double-free", "!node.isFree && ", ""],
    ["the size is not looked at", "wrong-free", " && node.bytes == bytes", ""],
    ["the size is not rounded up", "free-refused", "node.bytes == bytes", "node.bytes == size"],
  ),
  ...mistakesOf("slots")(
    ["slots are never refilled", "no-slots", "  slotRefill(mm.slotAllocInst);\n", ""],
    [
      "slots are refilled when none is left",
      "no-slots",
      "  slotRefill(mm.slotAllocInst);\n  const slotAlloc = mm.slotAlloc;\n  return slotAlloc(mm.slotAllocInst, 1);",
      "  const slotAlloc = mm.slotAlloc;\n  const err = slotAlloc(mm.slotAllocInst, 1);\n  if (err == 0) return err;\n  slotRefill(mm.slotAllocInst);\n  return slotAlloc(mm.slotAllocInst, 1);",
    ],
    [
      "slots are refilled after one is taken",
      "slot-in-use",
      "  slotRefill(mm.slotAllocInst);\n  const slotAlloc = mm.slotAlloc;\n  return slotAlloc(mm.slotAllocInst, 1);",
      "  const slotAlloc = mm.slotAlloc;\n  const err = slotAlloc(mm.slotAllocInst, 1);\n  slotRefill(mm.slotAllocInst);\n  return err;",
    ],
  ),
  ...mistakesOf("slabs")(
    ["a refill starts another one", "too-many-calls", "mm.isRefilling || ", ""],
    [
      "the refill starts when no node is left",
      "no-nodes",
      "slabFreecount(mm.slabs) >= RESERVE",
      "slabFreecount(mm.slabs) > 0",
    ],
    ["the mark is never cleared", "no-nodes", "  mm.isRefilling = false;\n", ""],
  ),
  ...mistakesOf("two-tables")(
    ["everything is mapped in the first table", "map-refused", "min(pages, ARM_L2_ENTRIES - l2Entry(va))", "pages"],
    ["the second part shows the start of the frame", "wrong-page", "offset + bytes", "offset"],
    [
      "a refused mapping is not undone",
      "map-accepted",
      "  if (errIsFail(err)) unmapInOneTable(st, va, copy, mapping);\n",
      "",
    ],
  ),
];
