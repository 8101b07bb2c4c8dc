/** For each call, all answers that the model can expect. A long run must have got every one of them. */
const BY_CALL: Record<string, readonly string[]> = {
  mm_add: ["SYS_ERR_OK", "MM_ERR_OUT_OF_BOUNDS", "MM_ERR_ALREADY_PRESENT"],
  mm_alloc_aligned: ["SYS_ERR_OK", "LIB_ERR_RAM_ALLOC_WRONG_SIZE", "MM_ERR_NOT_FOUND"],
  mm_free: ["SYS_ERR_OK", "MM_ERR_MM_FREE < MM_ERR_NOT_FOUND"],
  "retype of a piece": ["SYS_ERR_OK", "SYS_ERR_REVOKE_FIRST"],
  "delete of what was made of a piece": ["SYS_ERR_CAP_NOT_FOUND"],
  slot_free: ["SYS_ERR_OK"],
  "slot_free once more": ["LIB_ERR_SLOT_UNALLOCATED"],
  "slot_free of a root slot": ["LIB_ERR_SLOT_ALLOC_WRONG_CNODE"],
  "alloc of a row": ["SYS_ERR_OK", "LIB_ERR_SLOT_ALLOC_NO_SPACE"],
  "free of a row": ["SYS_ERR_OK", "LIB_ERR_SLOT_UNALLOCATED"],
  cnode_create_l2: ["SYS_ERR_OK"],
  single_slot_alloc_init: ["SYS_ERR_OK"],
  "single_slot_alloc_init_raw of a foreign CNode": ["SYS_ERR_OK"],
  "a second allocator over a CNode": ["refused"],
  "mm_free of the domain's RAM in another CSpace": ["SYS_ERR_OK"],
  single_slot_alloc: ["SYS_ERR_OK"],
  "slot_free of an allocator's slot": ["SYS_ERR_OK", "LIB_ERR_SLOT_ALLOC_WRONG_CNODE"],
  "allocator of an allocator's slot": ["SYS_ERR_OK"],
  "slot_free of a destroyed allocator's slot": ["LIB_ERR_SLOT_ALLOC_WRONG_CNODE"],
  "vnode_unmap of a foreign mapping": ["LIB_ERR_CAP_INVOKE"],
  frame_alloc: ["SYS_ERR_OK", "LIB_ERR_RAM_ALLOC_WRONG_SIZE", "LIB_ERR_RAM_ALLOC_MS_CONSTRAINTS < MM_ERR_NOT_FOUND"],
  frame_free: ["SYS_ERR_OK"],
  paging_alloc: ["SYS_ERR_OK", "LIB_ERR_PMAP_FRAME_SIZE", "LIB_ERR_OUT_OF_VIRTUAL_ADDR"],
  paging_map: [
    "SYS_ERR_OK",
    "LIB_ERR_VREGION_BAD_ALIGNMENT",
    "SYS_ERR_INVARGS_SYSCALL",
    "LIB_ERR_PMAP_FRAME_SIZE",
    "LIB_ERR_VREGION_MAP_FIXED < LIB_ERR_PMAP_ADDR_NOT_FREE",
  ],
  paging_unmap: ["SYS_ERR_OK", "LIB_ERR_PMAP_NOT_MAPPED"],
};

export const ANSWERS: readonly string[] = Object.entries(BY_CALL).flatMap(([call, answers]) =>
  answers.map((answer) => `${call}: ${answer}`),
);

/** From this number of operations on, every answer must have been returned. */
export const ENOUGH_OPERATIONS = 10_000;
