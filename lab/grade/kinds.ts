/**
 * The kinds of mistakes that the grader tells apart, and what each usually means. The texts are for the learner.
 */

export interface KindText {
  /** The mistake in a few words. */
  title: string;
  /** What it usually means, and where to look. */
  means: string;
}

export const KINDS = {
  "not-implemented": {
    title: "not implemented yet",
    means: "The function still returns LIB_ERR_NOT_IMPLEMENTED.",
  },
  "start-up": {
    title: "init cannot start",
    means:
      "init adds all memory of the board to your manager before anything else runs. Look at the console output of " +
      "`npm start`: the first error there is the cause.",
  },
  "null-pointer": {
    title: "null pointer",
    means:
      "The code follows a reference that is null: the neighbour of the first or the last node, an empty list, a slab " +
      "allocator without blocks, or a field that mmInit did not set. Test the reference before you use it.",
  },
  "bad-pointer": {
    title: "access to memory that is not mapped",
    means:
      "The code uses an address that is not memory: a field that mmInit did not set (its bytes may have any value), or " +
      "a node that was given back to the slab allocator already.",
  },
  trap: {
    title: "the program trapped",
    means:
      "The processor refused an instruction: a division by zero, a call through a bad function pointer, or `unreachable`.",
  },
  "endless-loop": {
    title: "endless loop",
    means:
      "A loop does not end: a list with a cycle (a node that is in the list twice), or a search that continues without " +
      "moving on.",
  },
  "endless-recursion": {
    title: "endless recursion",
    means:
      "A function calls itself until the stack is full. A refill needs memory, and memory needs nodes: refill early, " +
      "while some nodes are left, and not again while a refill is in progress.",
  },
  "too-many-calls": {
    title: "too many system calls",
    means: "One operation needs a few system calls. More means that it tries things out, or repeats a call that fails.",
  },
  "ends-run": {
    title: "the program ended the run",
    means: "The code called an abort, an exit or a panic function. Return an error instead.",
  },
  "foreign-import": {
    title: "the program imports something that does not exist",
    means: "A program gets the system call and nothing else. Remove the declaration of the imported function.",
  },
  "library-damaged": {
    title: "a function of libaos fails that cannot fail",
    means:
      "The code has written to memory that is not its own, for example past the end of a node, so the library's records " +
      "are damaged. Or libaos could not get the memory that it needs.",
  },
  "nothing-found": {
    title: "fresh memory is not found",
    means:
      "The region was added, but no request is served. Is the new node marked as free, is it in the list, and is the " +
      "head of the list set? Is the size kept in 64 bits?",
  },
  "memory-lost": {
    title: "memory is lost",
    means:
      "Some memory is neither handed out nor found again: the rest of a split piece, the part before an aligned base, or " +
      "a freed piece that did not return to the list.",
  },
  "not-merged": {
    title: "free neighbours are not merged",
    means:
      "All memory is free, but only in small pieces. mmFree must join a freed piece with the free piece before it and " +
      "with the free piece after it.",
  },
  "handed-out-twice": {
    title: "memory is handed out twice",
    means:
      "The manager takes memory that is in use. Is the piece marked as handed out? Look at the base of the piece that stays " +
      "free after a split (old base + size of the part that was taken), at its size (old size - that size), and at the " +
      "offset of capRetype.",
  },
  "wrong-offset": {
    title: "wrong offset for capRetype",
    means:
      "The offset counts from the first byte of the capability that is the source: base of the piece minus base of the " +
      "region's capability. Each piece needs the capability and the base of its own region.",
  },
  "outside-region": {
    title: "memory outside the regions",
    means:
      "The piece reaches past the end of its region. Regions that touch are still two capabilities, so their pieces must " +
      "not be joined. Or the size of a piece is wrong: after a split or a merge, or because it has no room for the bytes " +
      "that an alignment skips.",
  },
  "no-destination": {
    title: "capRetype gets no slot",
    means:
      "The destination of capRetype must be an empty slot of its own. Call mm.slotAlloc first, check its error, and keep " +
      "Out.cap in a local variable, because the next call may change it.",
  },
  "capability-missing": {
    title: "no capability in the slot",
    means:
      "The call answers success, but Out.cap is null or its slot is empty. Return the error of capRetype and of the slot " +
      "allocator, and set Out.cap after the last call that changes it.",
  },
  "slot-in-use": {
    title: "a slot is used twice",
    means: "Each capability needs a slot of its own: call mm.slotAlloc for each allocation.",
  },
  "wrong-type": {
    title: "wrong type of capability",
    means: "The manager hands out capabilities of the type that mmInit was given. Does mmInit keep it in `mm.objtype`?",
  },
  "wrong-size": {
    title: "wrong size",
    means: "The capability covers the size that was requested, rounded up to whole pages.",
  },
  misaligned: {
    title: "wrong alignment",
    means:
      "The base, not the size, must be a multiple of the alignment. Skip (alignment - base % alignment) % alignment " +
      "bytes, and keep the skipped part as a free piece.",
  },
  "accepts-impossible": {
    title: "a request that cannot be served is accepted",
    means: "Check size and alignment before you look for memory. Return an error, and change nothing.",
  },
  "free-refused": {
    title: "a correct free is refused",
    means:
      "mmFree finds the piece by base. The size may be the one that was requested; compare sizes rounded up to pages. The " +
      "capability may be a Frame that was made from the RAM. If the piece is not found although it is handed out, look at the " +
      "links of the list.",
  },
  "double-free": {
    title: "a second free is accepted",
    means: "The piece was free already. Test that the node is handed out before you take it back.",
  },
  "wrong-free": {
    title: "a wrong free is accepted",
    means: "Base and size must name one piece that is handed out. Anything else is refused, and nothing changes.",
  },
  "capability-left": {
    title: "the capability stays after mmFree",
    means:
      "mmFree destroys the capability that it is given (capDestroy deletes it and frees its slot). Otherwise the memory " +
      "cannot be handed out again: capRetype answers SYS_ERR_REVOKE_FIRST.",
  },
  "slot-leak": {
    title: "slots are lost",
    means:
      "Each round of allocate and free uses one slot more. mmFree must free the slot of the capability, and a request that is refused must free the slot that it took.",
  },
  "node-leak": {
    title: "nodes are lost",
    means:
      "Each round of allocate and free uses one node more. When two pieces are merged, give the node that is left over back " +
      "with slabFree.",
  },
  "bad-buffer": {
    title: "slabGrow gets memory that is not mapped",
    means:
      "slabGrow needs the virtual address at which the frame is mapped, not its capability, and no more bytes than are mapped.",
  },
  "no-slots": {
    title: "out of slots",
    means:
      "A CNode has 256 slots. Call mm.slotRefill before each allocation, and free the slots of freed capabilities.",
  },
  "no-nodes": {
    title: "out of nodes",
    means:
      "The static buffer has 64 nodes. Refill mm.slabs before it is empty, and give the nodes of merged pieces back with " +
      "slabFree.",
  },
  "refill-failed": {
    title: "slabs are not refilled",
    means: "slabRefillPages must leave at least the requested bytes in the slab allocator, or return an error.",
  },
  "regions-left": {
    title: "mmDestroy leaves something behind",
    means: "mmDestroy deletes the capabilities of the regions. It reads `next` before it gives a node back.",
  },
  "not-mapped": {
    title: "a page is not mapped",
    means:
      "The frame has more pages than were mapped. The number of entries is the number of bytes rounded up to pages; an L2 " +
      "table has 256 entries, so a larger mapping continues in the next table.",
  },
  "wrong-page": {
    title: "a page shows other memory",
    means:
      "The offset of vnodeMap counts from the first byte of the frame, whatever the virtual address is. The entry is bits " +
      "12 to 19 of the address, and the table is chosen by bits 20 to 31.",
  },
  "wrong-rights": {
    title: "wrong rights",
    means: "Pass the flags of the caller to vnodeMap.",
  },
  "mapped-too-much": {
    title: "pages outside the mapping are mapped",
    means: "Only the pages from va on that hold the requested bytes may be mapped.",
  },
  "map-refused": {
    title: "a correct mapping is refused",
    means:
      "A capability can be mapped once: map a copy of the frame (capCopy). An L2 table is made once for each MiB, and " +
      "kept. The error names the call that failed.",
  },
  "map-accepted": {
    title: "a wrong mapping is accepted",
    means: "Check the address, the size of the frame and what is mapped there already before you change anything.",
  },
} as const satisfies Record<string, KindText>;

export type Kind = keyof typeof KINDS;
