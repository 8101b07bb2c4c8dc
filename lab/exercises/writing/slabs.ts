import type { Piece } from "../../grade/pages";
import { Random } from "../../grade/random";
import { MIB, PAGE } from "../../grade/subject";
import type { WritingExercise } from "../exercise";
import { between } from "./numbers";

export const slabsExercise: WritingExercise = {
  kind: "write",
  id: "slabs",
  title: "Refill slabs without recursing for ever",
  step: "slabs",
  learn: "A refill that needs what it refills must start early, and must not start again while it runs.",
  file: "libmm/refill.ts",
  functionName: "refillNodes",
  systemCalls: 400,
  given: ["libmm/node.ts"],
  hints: {
    "endless-recursion":
      "The refill allocates memory, the allocation calls refillNodes, and that refills again. While a refill runs, return at once: mm.isRefilling " +
      "can say so. Set it before the refill and clear it afterwards.",
    "too-many-calls":
      "Each refill starts another one, until even the slots are used up. While a refill runs, return at once: mm.isRefilling can say so. Set it before the refill and clear it afterwards.",
    "no-nodes":
      "The nodes have run out. The refill itself needs some for its frame and its page table: start while 24 are left. And clear " +
      "mm.isRefilling after the refill, or there is only one.",
    "start-up": "init's own allocations fail already. Look at how many nodes are left when the refill starts.",
    "memory-lost": "Look at how many nodes are left when the refill starts: the refill itself needs some.",
  },
  variant(seed) {
    const random = new Random(seed);
    const count = between(random, 300, 420);
    const step = between(random, 2, 4);
    const rounds = between(random, 800, 1200);
    return {
      text: [
        "The manager's nodes are blocks of a slab allocator, which starts with a static buffer for 64. slabDefaultRefill gives it a page more: it " +
          "allocates a frame and maps it. The frame is memory of this same manager. So the refill calls mmAlloc, which calls refillNodes, " +
          "which finds few nodes and starts a refill ...",
        {
          drawing: [
            "  mmAlloc -> refillNodes -> slabDefaultRefill -> frameAlloc -> mmAlloc -> refillNodes -> ...",
            "                                                                           ^",
            "                                                                     must stop here",
          ].join("\n"),
          says: "mmAlloc calls refillNodes, which calls slabDefaultRefill, which allocates a frame with mmAlloc, which calls refillNodes again: there it must stop.",
        },
        "Stop the recursion. The inner allocation must be served from the nodes that are left, so the refill must start while there are enough for " +
          "everything that it allocates itself: the frame, perhaps a page table, perhaps a CNode.",
        `Your numbers: ${count} pages, of which every ${["second", "third", "fourth"][step - 2]} is freed, and ${rounds} random steps.`,
      ],
      cases: [
        {
          title: `${count} pages at once`,
          run(t) {
            t.startManager();
            for (let i = 0; i < count; i++) t.ramAlloc(PAGE);
          },
        },
        {
          title: "pages with gaps between them",
          run(t) {
            t.startManager();
            const pieces = Array.from({ length: count }, () => t.ramAlloc(PAGE));
            for (const [index, piece] of pieces.entries()) if (index % step === 0) t.ramFree(piece);
            for (let i = 0; i < count; i++) t.ramAlloc(2 * PAGE);
          },
        },
        {
          title: `${rounds} random steps`,
          run(t) {
            t.startManager();
            const steps = new Random(seed);
            const live: Piece[] = [];
            for (let i = 0; i < rounds; i++) {
              if (live.length === 0 || steps.below(100) < 65) live.push(t.ramAlloc(PAGE << steps.below(3)));
              else t.ramFree(live.splice(steps.below(live.length), 1)[0] as Piece);
            }
            for (const piece of live) t.ramFree(piece);
            t.ramAlloc(8 * MIB);
          },
        },
      ],
    };
  },
};
