import { Random } from "../../grade/random";
import { PAGE } from "../../grade/subject";
import { kib } from "../../grade/text";
import type { WritingExercise } from "../exercise";
import { between, listText, oneRegion, pagesText, takeRest, takeSizes } from "./numbers";

export const splitExercise: WritingExercise = {
  kind: "write",
  id: "split",
  title: "Split without waste",
  step: "manager",
  learn:
    "A request takes exactly what it asks for. What lies before it and behind it stays free, with a node of its own.",
  file: "libmm/split.ts",
  functionName: "split",
  given: ["libmm/node.ts"],
  hints: {
    "memory-lost":
      "After the split, three pieces can be where one was: the part, what lies before it, and what lies behind it. Each needs " +
      "a node in the list, with its own base and size, and the two rests must be free.",
    "handed-out-twice":
      "Two nodes stand for the same memory. Look at the sizes: the lower piece must end where the upper one begins, so its " +
      "size changes as well.",
    "wrong-offset":
      "The offset of capRetype is the base of the part minus the base of the region. Do the new nodes have the regionBase and the " +
      "regionCap of the old one?",
    "null-pointer": "slabAlloc returns the address of a block. Use it as a node with changetype<MmNode>(block).",
    "bad-pointer":
      "A new node has old bytes in all its fields. Set base, bytes, regionCap, regionBase and isFree; insertAfter sets the links.",
    "node-leak":
      "Make a node only if there is a rest: a part that begins where the piece begins has nothing before it.",
  },
  variant(seed) {
    const random = new Random(seed);
    const region = 32 + 4 * random.below(9);
    const sizes = Array.from({ length: 6 }, () => between(random, 1, 4));
    const used = sizes.reduce((sum, pages) => sum + pages, 0);
    const alignment = [4, 8][random.below(2)] as number;
    const part = between(random, 1, alignment - 1);
    return {
      text: [
        "The manager has found a free piece that is large enough for a request. It needs a node for exactly the part that it hands " +
          "out. The function split makes it, but it forgets the rest of the piece: nobody can ever allocate that memory.",
        {
          drawing: [
            " before    [              free               ]",
            "",
            "                    base    base + bytes",
            "                      |          |",
            " after     [   free   |   part   |   free    ]",
          ].join("\n"),
          says: "One free piece becomes three: a free piece up to base, the part from base to base plus bytes, and a free piece behind it.",
        },
        "Write split so that nothing is lost. Take nodes with slabAlloc(mm.slabs), fill in every field, and put them into the list " +
          "with insertAfter." +
          " If the part begins where the piece begins, or ends where it ends, there is no rest on that side and no node for it.",
        `Your numbers: a region of ${pagesText(region)}, and requests of ${listText(sizes)}. All other pages are then taken one by one. ` +
          `Another request asks for ${kib(part * PAGE)} at a multiple of ${kib(alignment * PAGE)}, so that there is a rest on both sides.`,
      ],
      cases: [
        {
          title: "what lies behind the part stays free",
          run(t) {
            oneRegion(t, region);
            takeSizes(t, sizes);
            takeRest(t, region - used);
          },
        },
        {
          title: "what lies before the part stays free",
          run(t) {
            oneRegion(t, region);
            takeSizes(t, [1]);
            t.alloc(part * PAGE, alignment * PAGE);
            takeRest(t, region - 1 - part);
          },
        },
        {
          title: "a part that is the whole piece",
          run(t) {
            const whole = oneRegion(t, region);
            t.free(t.alloc(whole.bytes));
            t.remember();
            for (let round = 0; round < 3; round++) t.free(t.alloc(whole.bytes));
            t.nothingLost();
          },
        },
        {
          title: "the parts can be joined again",
          run(t) {
            const whole = oneRegion(t, region);
            for (const piece of new Random(seed).shuffle(takeSizes(t, sizes))) t.free(piece);
            t.wholeRegionIsFree(whole);
          },
        },
      ],
    };
  },
};
