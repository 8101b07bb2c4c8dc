/** Expressions that need a heap, in words. The compiler finds them in the module, the lab's editor in the source. */

const INSTEAD_OF_OBJECTS =
  "take a block from a slab allocator (slabAlloc), or declare memory once with memory.data(bytes, alignment), and use it " +
  "as an @unmanaged class with changetype";
const INSTEAD_OF_STRINGS = "print the parts with printf or debugPrintf and %s, %u or %lx; compare literals one by one";

const USES = {
  strings: { what: "makes or joins strings", instead: INSTEAD_OF_STRINGS },
  string: { what: "makes a string", instead: INSTEAD_OF_STRINGS },
  array: { what: "makes or uses an array", instead: INSTEAD_OF_OBJECTS },
  map: { what: "makes or uses a map or a set", instead: INSTEAD_OF_OBJECTS },
  object: { what: "makes an object (new, an array, a literal with fields)", instead: INSTEAD_OF_OBJECTS },
} as const;

export type HeapUse = keyof typeof USES;

/** The message about an expression; its code is in the style of the compiler's own codes. */
export function heapMessage(use: HeapUse): string {
  const { what, instead } = USES[use];
  return `AS-HEAP: this ${what}, which needs a heap, and there is none: ${instead}`;
}
