import type { Piece } from "../../grade/pages";
import { Random } from "../../grade/random";
import { PAGE } from "../../grade/subject";
import { kib } from "../../grade/text";
import type { WritingExercise } from "../exercise";
import { between, listText, oneRegion, pagesText, takeSizes } from "./numbers";

export const doubleFreeExercise: WritingExercise = {
  kind: "write",
  id: "double-free",
  title: "Refuse the double free",
  step: "free",
  learn: "A manager must not believe its callers. It frees exactly what it has handed out, and only once.",
  file: "libmm/find.ts",
  functionName: "findHandedOut",
  given: ["libmm/node.ts"],
  hints: {
    "double-free":
      "The piece at this address was free already. Return null unless the node is handed out (!node.isFree).",
    "wrong-free": "There is a piece at this address, but of another size. Compare the sizes, both in whole pages.",
    "free-refused":
      "A correct free was refused. The caller may pass the size that it requested, which need not be a multiple of a page: round it up " +
      "before you compare.",
    "null-pointer": "The list ends with null, and an empty list begins with it.",
    "endless-loop": "Move on to node.next in each round of the loop.",
  },
  variant(seed) {
    const random = new Random(seed);
    const sizes = Array.from({ length: 4 }, () => between(random, 2, 6));
    const later = between(random, 7, 12);
    const region = sizes.reduce((sum, pages) => sum + pages, 0) + later;
    const [chosen, other] = random.shuffle([0, 1, 2]) as [number, number];
    const odd = Array.from({ length: 5 }, () => between(random, 1, 5 * PAGE));
    return {
      text: [
        "A program frees the same memory twice. If the manager believes it, the memory gets into the list of free pieces twice, or memory of " +
          "somebody else becomes free. The function findHandedOut looks for the piece that is to be freed. It looks at the address only.",
        {
          drawing: [
            "  mmFree(mm, cap, 0x80400000, 16384)      handed out, 16 KiB    -> the node",
            "  mmFree(mm, cap, 0x80400000, 16384)      free since then       -> null: refused",
            "  mmFree(mm, cap, 0x80404000,  4096)      a part of a piece     -> null: refused",
          ].join("\n"),
          says: "The first free of a piece finds its node. The second free of the same piece and the free of a part of a piece find null and are refused.",
        },
        "Return the node only if exactly this piece is handed out: the address is right, the piece is not free, and the size is right when it is " +
          "rounded up to whole pages. Otherwise return null; mmFree then answers with an error and changes nothing.",
        `Your numbers: a region of ${pagesText(region)} with pieces of ${listText(sizes)}. The piece that is freed twice is number ${chosen + 1}, ` +
          `and number ${other + 1} is freed in part. Requests of ${odd.map((bytes) => kib(bytes)).join(", ")} are freed with the size that was asked for.`,
      ],
      cases: [
        {
          title: "a second free is refused",
          run(t) {
            oneRegion(t, region);
            const piece = takeSizes(t, sizes)[chosen] as Piece;
            t.free(piece);
            t.freeRefused("double-free", "a second free of a piece", piece, piece.base, piece.bytes);
          },
        },
        {
          title: "a second free is refused after the slot is used again",
          run(t) {
            oneRegion(t, region);
            const piece = takeSizes(t, sizes)[chosen] as Piece;
            t.free(piece);
            const reused = { ...piece, cap: t.alloc(later * PAGE).cap };
            t.freeRefused(
              "double-free",
              "a second free, in whose slot is another capability",
              reused,
              piece.base,
              piece.bytes,
            );
          },
        },
        {
          title: "a part of a piece is not freed",
          run(t) {
            oneRegion(t, region);
            const piece = takeSizes(t, sizes)[other] as Piece;
            t.freeRefused("wrong-free", "a part of a piece", piece, piece.base, PAGE);
            t.freeRefused("wrong-free", "more than a piece", piece, piece.base, piece.bytes + PAGE);
            t.freeRefused("wrong-free", "a free from the middle of a piece", piece, piece.base + PAGE, PAGE);
          },
        },
        {
          title: "what was handed out is freed with the size that was asked for",
          run(t) {
            const whole = oneRegion(t, 32);
            for (const piece of new Random(seed).shuffle(odd.map((bytes) => t.alloc(bytes))))
              t.free(piece, piece.asked);
            t.wholeRegionIsFree(whole);
          },
        },
      ],
    };
  },
};
