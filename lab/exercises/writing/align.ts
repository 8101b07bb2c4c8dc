import type { Piece } from "../../grade/pages";
import { Random } from "../../grade/random";
import { PAGE } from "../../grade/subject";
import { kib } from "../../grade/text";
import type { WritingExercise } from "../exercise";
import { between, oneRegion, pagesText, takePages, takeRest } from "./numbers";

export const alignExercise: WritingExercise = {
  kind: "write",
  id: "align",
  title: "Align",
  step: "sizes",
  learn:
    "The base of a piece is aligned, not its size. The bytes that are skipped count when you test whether a request fits.",
  file: "libmm/place.ts",
  functionName: "placeIn",
  given: ["libmm/node.ts"],
  hints: {
    misaligned:
      "Return the first multiple of the alignment that is not below node.base. For a power of two it is " +
      "(node.base + alignment - 1) & ~(alignment - 1).",
    "handed-out-twice":
      "The part does not lie in the free piece: it begins or ends past its end. The skipped bytes are gone: what is left is node.bytes minus base - node.base.",
    "outside-region":
      "The part reaches past the end of the region. The skipped bytes are gone: what is left is node.bytes minus base - node.base.",
    "wrong-offset":
      "The part does not lie in the free piece. The first multiple of the alignment may lie past its end: then the answer is NOWHERE.",
    "accepts-impossible":
      "The request was accepted although it does not fit behind the skipped bytes. Compare bytes with what is left after them.",
    "memory-lost":
      "A request that fits is refused. Is the base rounded up? Rounded down, it lies before the piece. Is the size rounded up to the alignment? Only the base is aligned. Does a piece fit whose " +
      "size is exactly what is needed?",
  },
  variant(seed) {
    const random = new Random(seed);
    const alignment = 1 << between(random, 2, 4);
    const size = between(random, 1, alignment - 1);
    const large = between(random, alignment + 1, 2 * alignment - 1);
    const region = 4 * alignment;
    return {
      text: [
        "A caller that makes a page table or a large page wants memory at a multiple of some number of bytes. The function placeIn says where " +
          "in a free piece a request can lie. At present it ignores the alignment.",
        {
          drawing: [
            "  node.base       a multiple of alignment        node.end",
            "      |                    |                         |",
            "      [     skipped        |     bytes     |  rest   ]",
          ].join("\n"),
          says: "From the base of the node up to the first multiple of the alignment, bytes are skipped. The request begins there.",
        },
        "Return the lowest address in the piece that is a multiple of alignment and has room for the request behind it, or NOWHERE. " +
          "Calculate with care: an address past the end of the piece minus its base is more than its size, and differences of " +
          "unsigned numbers are never negative.",
        `Your numbers: a region of ${pagesText(region)}, and an alignment of ${kib(alignment * PAGE)}. The requests have ${kib(size * PAGE)} and ` +
          `${kib(large * PAGE)}.`,
      ],
      cases: [
        {
          title: "the base is a multiple of the alignment",
          run(t) {
            oneRegion(t, region);
            takePages(t, 1);
            t.alloc(size * PAGE, alignment * PAGE);
            t.alloc(large * PAGE, alignment * PAGE);
          },
        },
        {
          title: "an exact fit behind skipped pages, which can be allocated as well",
          run(t) {
            oneRegion(t, alignment + size);
            takePages(t, 1);
            t.alloc(size * PAGE, alignment * PAGE);
            takeRest(t, alignment - 1);
          },
        },
        {
          title: "a request that does not fit behind the skipped pages is refused",
          run(t) {
            oneRegion(t, 2 * alignment);
            takePages(t, 1);
            t.allocRefused(
              large * PAGE,
              alignment * PAGE,
              "a request for which too little is left behind the skipped pages",
            );
            t.alloc(alignment * PAGE, alignment * PAGE);
            takeRest(t, alignment - 1);
          },
        },
        {
          title: "a piece that ends before the next multiple is passed over",
          run(t) {
            oneRegion(t, 3 * alignment);
            const pages = takePages(t, 3 * alignment);
            for (const index of [1, 2 * alignment]) t.free(pages[index] as Piece);
            t.alloc(PAGE, alignment * PAGE);
            takeRest(t, 1);
          },
        },
      ],
    };
  },
};
