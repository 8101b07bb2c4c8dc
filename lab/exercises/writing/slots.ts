import { Random } from "../../grade/random";
import { PAGE } from "../../grade/subject";
import type { WritingExercise } from "../exercise";
import { between } from "./numbers";

export const slotsExercise: WritingExercise = {
  kind: "write",
  id: "slots",
  title: "Survive 257 slots",
  step: "slots",
  learn: "Slots are memory, too. They are refilled before they run out, because the refill itself needs a slot.",
  file: "libmm/slots.ts",
  functionName: "takeSlot",
  given: ["libmm/node.ts"],
  hints: {
    "no-slots":
      "All slots are in use. Call mm.slotRefill(mm.slotAllocInst) before mm.slotAlloc, each time. It costs little if there are enough. When " +
      "none is left it is too late: the refill makes a CNode from memory of this manager, and that needs a slot.",
    "slot-in-use":
      "Out.cap names a slot that holds something else. slotRefill allocates, and so changes Out.cap: call it before slotAlloc.",
    "capability-missing":
      "slotRefill allocates, and so changes Out.cap: call it before slotAlloc. Return the error of slotAlloc.",
    "slot-leak": "Take one slot for each allocation.",
    "no-destination": "The slot allocator refused, and its error was not returned: Out.cap is old.",
    "endless-recursion":
      "slotRefill allocates memory, which calls takeSlot again. The allocator stops that by itself if it is called only once, before slotAlloc.",
  },
  variant(seed) {
    const random = new Random(seed);
    const count = between(random, 520, 640);
    const rounds = between(random, 700, 900);
    return {
      text: [
        "Each piece that is handed out has a capability, and each capability needs a slot. A CNode has 256 slots, so the 257th capability needs " +
          "a second CNode. init starts your manager with two. Then the function takeSlot fails.",
        {
          drawing: [
            "  mmAlloc -> takeSlot -> slotRefill: one CNode in reserve?  yes: nothing to do",
            "                                     no:  makes a CNode from memory of this manager",
            "                      -> slotAlloc:  takes a slot  -> Out.cap",
          ].join("\n"),
          says: "takeSlot first calls slotRefill, which makes a CNode if none is in reserve, and then slotAlloc, which leaves the slot in Out.cap.",
        },
        "Make sure that there are always slots. mm.slotRefill(mm.slotAllocInst) makes a new CNode when the reserve is in use. It allocates memory " +
          "from this same manager, which needs a slot: so refill while some are left. Copy the function from its field into a local constant " +
          "before you call it, as the file does with slotAlloc.",
        `Your numbers: ${count} pages at once, and ${rounds} rounds of allocate and free.`,
      ],
      cases: [
        {
          title: "257 pages at once",
          run(t) {
            t.startManager();
            for (let i = 0; i < 257; i++) t.ramAlloc(PAGE);
          },
        },
        {
          title: `${count} pages at once, and again`,
          run(t) {
            t.startManager();
            const pieces = Array.from({ length: count }, () => t.ramAlloc(PAGE));
            for (const piece of new Random(seed).shuffle(pieces)) t.ramFree(piece);
            for (let i = 0; i < count; i++) t.ramAlloc(PAGE);
          },
        },
        {
          title: `${rounds} rounds of allocate and free use no slot up`,
          run(t) {
            t.startManager();
            for (let i = 0; i < 10; i++) t.ramFree(t.ramAlloc(PAGE));
            t.remember();
            for (let i = 0; i < rounds; i++) t.ramFree(t.ramAlloc(PAGE));
            t.nothingLost();
          },
        },
      ],
    };
  },
};
