import { Random } from "../../grade/random";
import { MIB, PAGE } from "../../grade/subject";
import type { WritingExercise } from "../exercise";
import { between, listText, oneRegion, pagesText, takePages, takeSizes } from "./numbers";

export const joinExercise: WritingExercise = {
  kind: "write",
  id: "join",
  title: "Join neighbours",
  step: "free",
  learn: "Free memory is worth most in one piece. A piece that becomes free can have a free neighbour on both sides.",
  file: "libmm/join.ts",
  functionName: "join",
  given: ["libmm/node.ts"],
  hints: {
    "not-merged":
      "Two free pieces lie side by side and are still two nodes. Look at both neighbours, node.prev and node.next, and add the size of " +
      "the piece that goes to the one that stays.",
    "null-pointer":
      "The first piece has no node before it, and the last has none behind it: test prev and next for null.",
    "node-leak":
      "The node that is left over must go back to the slabs: removeNode takes it out of the list and gives it back.",
    "outside-region":
      "A piece was made of two regions. They are two capabilities, even if they touch: compare regionCap of both nodes.",
    "handed-out-twice":
      "A piece that is handed out was joined with a free one. Join only if the neighbour is free. And when a piece is joined with the one " +
      "before it, the base of the lower piece counts.",
    "memory-lost": "Does the piece that stays have the size of both, and the lower base?",
    "endless-loop": "After removeNode, the node that was removed must not be used any more. Which of the two stays?",
    "bad-pointer": "After removeNode, the node that was removed must not be used any more. Which of the two stays?",
    "wrong-offset": "A piece was made of two regions, or with a wrong base. Compare regionCap of both nodes.",
  },
  variant(seed) {
    const random = new Random(seed);
    const sizes = Array.from({ length: 8 }, () => between(random, 1, 6));
    const region = sizes.reduce((sum, pages) => sum + pages, 0);
    const order = random.shuffle(sizes.map((_, index) => index));
    const kept = between(random, 1, sizes.length - 2);
    const touching = between(random, 4, 12);
    return {
      text: [
        "When a piece is freed, the pieces before it and behind it may be free as well. If they stay apart, memory ends as many small " +
          "pieces, and a large request fails although enough is free. The function join does nothing yet.",
        {
          drawing: [
            " before   [  free  ] <-> [  node  ] <-> [   free   ] <-> [ handed out ]",
            "",
            " after    [                free                    ] <-> [ handed out ]",
          ].join("\n"),
          says: "A freed node with a free piece on both sides becomes one free piece; the piece behind that is handed out and stays.",
        },
        "Join the piece with the free neighbour behind it and with the one before it. removeNode takes a node out of the list and gives it " +
          "back to the slabs. Pieces of two regions stay apart: their memory belongs to two capabilities, and capRetype can cut a piece " +
          "from one capability only.",
        `Your numbers: a region of ${pagesText(region)} in pieces of ${listText(sizes)}. They are freed in the order ` +
          `${order.map((index) => index + 1).join(", ")}.`,
      ],
      cases: [
        {
          title: "all pieces become one again",
          run(t) {
            const whole = oneRegion(t, region);
            const pieces = takeSizes(t, sizes);
            for (const index of order) t.free(pieces[index] as (typeof pieces)[number]);
            t.wholeRegionIsFree(whole);
          },
        },
        {
          title: "a neighbour that is handed out stays",
          run(t) {
            oneRegion(t, region);
            const pieces = takeSizes(t, sizes);
            const before = sizes.slice(0, kept).reduce((sum, pages) => sum + pages, 0);
            const behind = region - before - (sizes[kept] as number);
            for (const index of order) if (index !== kept) t.free(pieces[index] as (typeof pieces)[number]);
            t.alloc(Math.max(before, behind) * PAGE);
            t.alloc(Math.min(before, behind) * PAGE);
          },
        },
        {
          title: "regions that touch stay apart",
          run(t) {
            t.init();
            t.addRegion(touching, { alignment: MIB });
            t.addRegion(touching, { alignment: PAGE, skip: 0 });
            for (const piece of new Random(seed).shuffle(takePages(t, 2 * touching))) t.free(piece);
            t.allocRefused((touching + 1) * PAGE, PAGE, "a piece across two regions");
            t.alloc(touching * PAGE);
            t.alloc(touching * PAGE);
          },
        },
        {
          title: "100 rounds use no node up",
          run(t) {
            const whole = oneRegion(t, region);
            t.free(t.alloc(PAGE));
            t.remember();
            for (let round = 0; round < 100; round++) {
              const pieces = takeSizes(t, sizes);
              for (const index of order) t.free(pieces[index] as (typeof pieces)[number]);
            }
            t.nothingLost();
            t.wholeRegionIsFree(whole);
          },
        },
      ],
    };
  },
};
