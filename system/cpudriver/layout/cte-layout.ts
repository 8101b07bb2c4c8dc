/**
 * Byte offsets in a capability slot, for the host's decoders and the compile-time assertions of `cap/cte.ts`, which
 * draws the layout.
 */
export const enum CteLayout {
  KEY = 0,
  END_KIB = 4,
  LEFT_END_KIB = 8,
  RIGHT_END_KIB = 12,
  TYPE = 16,
  RIGHTS = 17,
  COUNT = 18,
  WORD0 = 20,
  WORD1 = 24,
  WORD2 = 28,
  WORD3 = 32,
  WORD4 = 36,
  WORD5 = 40,
  SOURCE_KIB = 44,
  LEFT = 48,
  RIGHT = 52,
  PARENT = 56,
  LEFT_HEIGHT = 60,
  RIGHT_HEIGHT = 61,
  FLAGS = 62,
  SOURCE_TYPE = 63,
  SIZE = 64,
}

/** First key of slots that hold no memory; the root of the type is added. */
export const OTHER_ROOTS: u32 = 0xffffff00;

export const enum CteFlag {
  /** The slot's capability is being deleted; only the deletion in progress may touch it. */
  IN_DELETE = 1,
  /** Mapping: its entries have been removed. The record has no effect any more. */
  VOID = 2,
  /** Visited by the reachability walk in progress. */
  VISITED = 4,
  /** CNode, Dispatcher: the deletion in progress will remove this capability and check whether its object is lost. */
  DOUBTFUL = 8,
  /** No other slot holds a capability of the object. Not every slot of which that is true has the flag. */
  SINGLE = 16,
}

/** Byte offsets of the words whose meaning depends on the type. */
export const enum CteWord {
  /** Frame, DevFrame, VNode: first mapping made from this slot. */
  MAPPINGS = 20,
  /** VNode: first mapping whose entries are in this table. */
  ENTRIES = 24,
  /** Mapping: the slot that is mapped. */
  FRAME = 20,
  /** Mapping: physical address of the first page-table entry. */
  PTE = 24,
  FRAME_NEXT = 28,
  FRAME_PREVIOUS = 32,
  TABLE_NEXT = 36,
  TABLE_PREVIOUS = 40,
  /** EndPoint: offset (bytes) and length (words) of its buffer in the dispatcher frame. */
  EP_OFFSET = 20,
  EP_BUFLEN = 24,
  /** ID: core and number; IO: first and last port; IRQ and notification types: their two numbers. */
  EQ0 = 20,
  EQ1 = 24,
  /** CNode, Dispatcher: next in the list of doubtful capabilities, and in another list of the deletion in progress. */
  DOUBTFUL_LINK = 32,
  LINK = 36,
}
