/**
 * All error codes, each with its number and its message.
 *
 * The CPU driver, the libraries, the CLI and the inspector share this list. Each component has a group of codes,
 * numbered without gaps. Success codes come first: a code below `SYS_ERR_COUNT_SUCCESS` is a success, any other a
 * failure. The names are those of Barrelfish, the original. Some codes belong to a system with several cores, and
 * Typefish never returns them. They are listed so that every name means the same as in the literature.
 *
 * A code has ten bits; `errval.ts` makes chains of codes. Both the wasm compiler and the host compile this file, so it
 * contains only numbers and literals.
 */

/** Success. */
export const SYS_ERR_OK = 0;
/** A success: the memory of the deleted object was returned as a RAM capability in the slot that the caller named. */
export const SYS_ERR_RAM_CAP_CREATED = 1;
/** Codes below this one are successes. */
export const SYS_ERR_COUNT_SUCCESS: u32 = 2;

/* Errors of the CPU driver. */
export const SYS_ERR_NOT_IMPLEMENTED = 2;
export const SYS_ERR_ILLEGAL_SYSCALL = 3;
export const SYS_ERR_INVARGS_SYSCALL = 4;
export const SYS_ERR_CALLER_ENABLED = 5;
export const SYS_ERR_CALLER_DISABLED = 6;
export const SYS_ERR_ILLEGAL_INVOCATION = 7;
export const SYS_ERR_INVALID_USER_BUFFER = 8;
export const SYS_ERR_LMP_NO_TARGET = 9;
export const SYS_ERR_LMP_TARGET_DISABLED = 10;
export const SYS_ERR_LMP_BUF_OVERFLOW = 11;
export const SYS_ERR_LMP_EP_STATE_INVALID = 12;
export const SYS_ERR_LMP_CAPTRANSFER_SRC_LOOKUP = 13;
export const SYS_ERR_LMP_CAPTRANSFER_DST_CNODE_LOOKUP = 14;
export const SYS_ERR_LMP_CAPTRANSFER_DST_CNODE_INVALID = 15;
export const SYS_ERR_LMP_CAPTRANSFER_DST_SLOT_OCCUPIED = 16;
export const SYS_ERR_INVALID_EPLEN = 17;
export const SYS_ERR_CNODE_NOT_FOUND = 18;
export const SYS_ERR_CNODE_TYPE = 19;
export const SYS_ERR_CNODE_RIGHTS = 20;
export const SYS_ERR_CAP_NOT_FOUND = 21;
export const SYS_ERR_L1_CNODE_INDEX = 22;
export const SYS_ERR_CAP_LOOKUP_DEPTH = 23;
export const SYS_ERR_DEPTH_EXCEEDED = 24;
export const SYS_ERR_GUARD_MISMATCH = 25;
export const SYS_ERR_GUARD_SIZE_OVERFLOW = 26;
export const SYS_ERR_IDENTIFY_LOOKUP = 27;
export const SYS_ERR_RESIZE_NOT_L1 = 28;
export const SYS_ERR_SLOT_IN_USE = 29;
export const SYS_ERR_SLOT_LOOKUP_FAIL = 30;
export const SYS_ERR_CNODE_NOT_ROOT = 31;
export const SYS_ERR_INVALID_SOURCE_TYPE = 32;
export const SYS_ERR_ILLEGAL_DEST_TYPE = 33;
export const SYS_ERR_SOURCE_CAP_LOOKUP = 34;
export const SYS_ERR_SOURCE_ROOTCN_LOOKUP = 35;
export const SYS_ERR_DEST_CNODE_LOOKUP = 36;
export const SYS_ERR_DEST_ROOTCN_LOOKUP = 37;
export const SYS_ERR_ROOT_CAP_LOOKUP = 38;
export const SYS_ERR_DEST_CNODE_INVALID = 39;
export const SYS_ERR_DEST_TYPE_INVALID = 40;
export const SYS_ERR_INVALID_RETYPE = 41;
export const SYS_ERR_RETYPE_MAPPING_EXPLICIT = 42;
export const SYS_ERR_RETYPE_INVALID_COUNT = 43;
export const SYS_ERR_RETYPE_INVALID_OFFSET = 44;
export const SYS_ERR_INVALID_SIZE = 45;
export const SYS_ERR_INVALID_SIZE_BITS = 46;
export const SYS_ERR_REVOKE_FIRST = 47;
export const SYS_ERR_SLOTS_INVALID = 48;
export const SYS_ERR_SLOTS_IN_USE = 49;
export const SYS_ERR_RETYPE_CREATE = 50;
export const SYS_ERR_TYPE_NOT_CREATABLE = 51;
export const SYS_ERR_NO_LOCAL_COPIES = 52;
export const SYS_ERR_RETRY_THROUGH_MONITOR = 53;
export const SYS_ERR_DELETE_LAST_OWNED = 54;
export const SYS_ERR_DELETE_REMOTE_LOCAL = 55;
export const SYS_ERR_CAP_LOCKED = 56;
export const SYS_ERR_VNODE_SLOT_INVALID = 57;
export const SYS_ERR_VNODE_SLOT_RESERVED = 58;
export const SYS_ERR_VNODE_SLOT_INUSE = 59;
export const SYS_ERR_WRONG_MAPPING = 60;
export const SYS_ERR_FRAME_OFFSET_INVALID = 61;
export const SYS_ERR_VNODE_TYPE = 62;
export const SYS_ERR_VNODE_LOOKUP_NEXT = 63;
export const SYS_ERR_VNODE_NOT_INSTALLED = 64;
export const SYS_ERR_VM_ALREADY_MAPPED = 65;
export const SYS_ERR_VM_MAP_SIZE = 66;
export const SYS_ERR_VM_MAP_OFFSET = 67;
export const SYS_ERR_VM_RETRY_SINGLE = 68;
export const SYS_ERR_VM_FRAME_UNALIGNED = 69;
export const SYS_ERR_VM_FRAME_TOO_SMALL = 70;
export const SYS_ERR_IRQ_LOOKUP = 71;
export const SYS_ERR_IRQ_NOT_ENDPOINT = 72;
export const SYS_ERR_IRQ_NO_LISTENER = 73;
export const SYS_ERR_IRQ_INVALID = 74;
export const SYS_ERR_DISP_CSPACE_ROOT = 75;
export const SYS_ERR_DISP_CSPACE_INVALID = 76;
export const SYS_ERR_DISP_VSPACE_ROOT = 77;
export const SYS_ERR_DISP_VSPACE_INVALID = 78;
export const SYS_ERR_DISP_FRAME = 79;
export const SYS_ERR_DISP_FRAME_INVALID = 80;
export const SYS_ERR_DISP_FRAME_SIZE = 81;
export const SYS_ERR_DISP_NOT_RUNNABLE = 82;
export const SYS_ERR_DISP_OCAP_LOOKUP = 83;
export const SYS_ERR_DISP_OCAP_TYPE = 84;
export const SYS_ERR_INVALID_YIELD_TARGET = 85;
export const SYS_ERR_ID_SPACE_EXHAUSTED = 86;
export const SYS_ERR_PERFMON_NOT_AVAILABLE = 87;
export const SYS_ERR_KCB_NOT_FOUND = 88;

/* Errors of the mapping database. */
const CAPS_FIRST: u32 = 200;
export const CAPS_ERR_INVALID_ARGS = 200;
export const CAPS_ERR_MDB_DUPLICATE_ENTRY = 201;
export const CAPS_ERR_MDB_ENTRY_NOTFOUND = 202;
export const CAPS_ERR_MDB_INVARIANT_VIOLATION = 203;
export const CAPS_ERR_MDB_ALREADY_INITIALIZED = 204;
export const CAPS_ERR_MDB_INVALID_STATE = 205;
export const CAPS_ERR_CAP_NOT_FOUND = 206;

/* Errors of libaos, the user library. Its domain has Barrelfish's name. */
const LIB_FIRST: u32 = 240;
/** The function is not written yet. All functions of the hand-out return this at first. */
export const LIB_ERR_NOT_IMPLEMENTED = 240;
export const LIB_ERR_SHOULD_NOT_GET_HERE = 241;
export const LIB_ERR_WHILE_DELETING = 242;
export const LIB_ERR_WHILE_FREEING_SLOT = 243;
export const LIB_ERR_MALLOC_FAIL = 244;
/** A slab allocator has no free block, or `slabFree` got an address that is not an allocated block. */
export const LIB_ERR_SLAB_ALLOC_FAIL = 245;
/** A slab allocator could not get more memory, or the buffer of `slabGrow` is too small for one block. */
export const LIB_ERR_SLAB_REFILL = 246;
export const LIB_ERR_NOT_CNODE = 247;
export const LIB_ERR_CNODE_TYPE = 248;
export const LIB_ERR_CNODE_SLOTS = 249;
export const LIB_ERR_CROOT_NULL = 250;
export const LIB_ERR_RAM_ALLOC = 251;
/** The size cannot be served: it is 0 or too large, or it is not one page before init has a manager. */
export const LIB_ERR_RAM_ALLOC_WRONG_SIZE = 252;
export const LIB_ERR_RAM_ALLOC_MS_CONSTRAINTS = 253;
export const LIB_ERR_RAM_ALLOC_SET = 254;
export const LIB_ERR_CAP_MINT = 255;
/** `capCopy` failed on the way; the code before this one says why. */
export const LIB_ERR_CAP_COPY = 256;
/** `capRetype` failed on the way; the code before this one says why. */
export const LIB_ERR_CAP_RETYPE = 257;
/** `capDelete` failed on the way; the code before this one says why. */
export const LIB_ERR_CAP_DELETE = 258;
export const LIB_ERR_CAP_REVOKE = 259;
export const LIB_ERR_CAP_DESTROY = 260;
export const LIB_ERR_CAP_INVOKE = 261;
export const LIB_ERR_CAP_COPY_FAIL = 262;
export const LIB_ERR_CAP_DELETE_FAIL = 263;
/** `frameAlloc` failed on the way; the code before this one says why. */
export const LIB_ERR_FRAME_ALLOC = 264;
export const LIB_ERR_FRAME_CREATE = 265;
export const LIB_ERR_FRAME_CREATE_MS_CONSTRAINTS = 266;
export const LIB_ERR_FRAME_IDENTIFY = 267;
export const LIB_ERR_VNODE_CREATE = 268;
/** `vnodeMap` failed on the way; the code before this one says why. */
export const LIB_ERR_VNODE_MAP = 269;
export const LIB_ERR_VNODE_UNMAP = 270;
export const LIB_ERR_DEVFRAME_TYPE = 271;
export const LIB_ERR_ENDPOINT_CREATE = 272;
export const LIB_ERR_CNODE_CREATE = 273;
export const LIB_ERR_CNODE_CREATE_FROM_MEM = 274;
export const LIB_ERR_CNODE_CREATE_FOREIGN_L2 = 275;
/** No slot could be allocated for a capability; the code before this one says why. */
export const LIB_ERR_SLOT_ALLOC = 276;
export const LIB_ERR_SLOT_FREE = 277;
export const LIB_ERR_SLOT_ALLOC_INIT = 278;
export const LIB_ERR_SLOT_ALLOC_NO_SPACE = 279;
export const LIB_ERR_SLOT_ALLOC_WRONG_CNODE = 280;
export const LIB_ERR_SLOT_UNALLOCATED = 281;
export const LIB_ERR_SINGLE_SLOT_ALLOC = 282;
export const LIB_ERR_SINGLE_SLOT_ALLOC_INIT = 283;
export const LIB_ERR_SINGLE_SLOT_ALLOC_INIT_RAW = 284;
export const LIB_ERR_MULTI_SLOT_ALLOC_INIT = 285;
export const LIB_ERR_MULTI_SLOT_ALLOC_INIT_RAW = 286;
export const LIB_ERR_RANGE_ALLOC_NOT_HEAD = 287;
export const LIB_ERR_ROOTSA_RESIZE = 288;
export const LIB_ERR_OUT_OF_VIRTUAL_ADDR = 289;
export const LIB_ERR_VSPACE_INIT = 290;
export const LIB_ERR_VSPACE_CURRENT_INIT = 291;
export const LIB_ERR_VSPACE_LAYOUT_INIT = 292;
export const LIB_ERR_VSPACE_ADD_REGION = 293;
export const LIB_ERR_VSPACE_REMOVE_REGION = 294;
export const LIB_ERR_VSPACE_REGION_OVERLAP = 295;
export const LIB_ERR_VSPACE_VREGION_NOT_FOUND = 296;
export const LIB_ERR_VSPACE_PAGEFAULT_ADDR_NOT_FOUND = 297;
/** Memory could not be mapped on the way; the code before this one says why. */
export const LIB_ERR_VSPACE_MAP = 298;
export const LIB_ERR_VSPACE_MMU_AWARE_INIT = 299;
export const LIB_ERR_VSPACE_MMU_AWARE_MAP = 300;
export const LIB_ERR_VSPACE_MMU_AWARE_NO_SPACE = 301;
export const LIB_ERR_VREGION_MAP = 302;
export const LIB_ERR_VREGION_MAP_FIXED = 303;
export const LIB_ERR_VREGION_UNMAP = 304;
export const LIB_ERR_VREGION_NOT_FOUND = 305;
/** A virtual address is not a multiple of the page size. */
export const LIB_ERR_VREGION_BAD_ALIGNMENT = 306;
export const LIB_ERR_VREGION_DESTROY = 307;
export const LIB_ERR_VREGION_PAGEFAULT_HANDLER = 308;
export const LIB_ERR_PMAP_INIT = 309;
export const LIB_ERR_PMAP_MAP = 310;
export const LIB_ERR_PMAP_UNMAP = 311;
export const LIB_ERR_PMAP_MODIFY_FLAGS = 312;
/** No mapping starts at the virtual address. */
export const LIB_ERR_PMAP_NOT_MAPPED = 313;
/** A page of the range is mapped already, or lies outside user space. */
export const LIB_ERR_PMAP_ADDR_NOT_FREE = 314;
/** The number of bytes is 0, or larger than the frame. */
export const LIB_ERR_PMAP_FRAME_SIZE = 315;
export const LIB_ERR_PMAP_EXISTING_MAPPING = 316;
export const LIB_ERR_PMAP_FRAME_IDENTIFY = 317;
export const LIB_ERR_PMAP_ALLOC_VNODE = 318;
export const LIB_ERR_MORECORE_INIT = 319;

/* Errors of libmm, the physical memory manager. */
const MM_FIRST: u32 = 500;
export const MM_ERR_FIND_NODE = 500;
export const MM_ERR_CHUNK_NODE = 501;
/** The manager has no node left and gets no memory for more. */
export const MM_ERR_NEW_NODE = 502;
export const MM_ERR_RESIZE_NODE = 503;
export const MM_ERR_REALLOC_RANGE = 504;
export const MM_ERR_SLOT_MM_ALLOC = 505;
export const MM_ERR_SLOT_NOSLOTS = 506;
export const MM_ERR_SLOT_ALLOC_INIT = 507;
/** The manager gets no slot for the capability of a piece. */
export const MM_ERR_CHUNK_SLOT_ALLOC = 508;
/** A manager cannot be set up with these arguments. */
export const MM_ERR_MM_INIT = 509;
/** A region cannot be added, for example because its base or size is not a multiple of a page. */
export const MM_ERR_MM_ADD = 510;
export const MM_ERR_MM_ADD_MULTI = 511;
/** Memory cannot be taken back, for example because its capability cannot be deleted. */
export const MM_ERR_MM_FREE = 512;
/** The memory lies in no region of the manager. */
export const MM_ERR_OUT_OF_BOUNDS = 513;
/** The region overlaps one that was added before. */
export const MM_ERR_ALREADY_PRESENT = 514;
export const MM_ERR_ALREADY_ALLOCATED = 515;
/** No free memory fits the request, or the memory to free was not handed out. */
export const MM_ERR_NOT_FOUND = 516;
export const MM_ERR_MISSING_CAPS = 517;

/* Errors of the loader of program images. */
const ELF_FIRST: u32 = 540;
export const ELF_ERR_HEADER = 540;
export const ELF_ERR_FILESZ = 541;
export const ELF_ERR_PROGHDR = 542;
export const ELF_ERR_ALLOCATE = 543;

/* Errors of starting a program. */
const SPAWN_FIRST: u32 = 560;
export const SPAWN_ERR_FIND_MODULE = 560;
export const SPAWN_ERR_MAP_MODULE = 561;
export const SPAWN_ERR_LOAD = 562;
export const SPAWN_ERR_SETUP_CSPACE = 563;
export const SPAWN_ERR_SETUP_VSPACE = 564;
export const SPAWN_ERR_SETUP_DISPATCHER = 565;
export const SPAWN_ERR_SETUP_ARGS = 566;
export const SPAWN_ERR_RUN = 567;

/* Errors of init. */
const INIT_FIRST: u32 = 600;
export const INIT_ERR_BOOTINFO = 600;
export const INIT_ERR_RAM_ALLOC_INIT = 601;
export const INIT_ERR_PAGING_INIT = 602;
export const INIT_ERR_SCENARIO_UNKNOWN = 603;
export const INIT_ERR_SCENARIO_FAILED = 604;

/** The name and the message of a code: "SYS_ERR_X: sentence". */
// biome-ignore format: one row per code
export function errText(code: u32): string {
  // biome-ignore format: one row a code
  switch (code) {
    case SYS_ERR_OK: return "SYS_ERR_OK: success";
    case SYS_ERR_RAM_CAP_CREATED: return "SYS_ERR_RAM_CAP_CREATED: success; a RAM capability is in the return slot";
    case SYS_ERR_NOT_IMPLEMENTED: return "SYS_ERR_NOT_IMPLEMENTED: the CPU driver has no such function";
    case SYS_ERR_ILLEGAL_SYSCALL: return "SYS_ERR_ILLEGAL_SYSCALL: no system call has this number";
    case SYS_ERR_INVARGS_SYSCALL: return "SYS_ERR_INVARGS_SYSCALL: arguments of the call, or their number, are wrong";
    case SYS_ERR_CALLER_ENABLED: return "SYS_ERR_CALLER_ENABLED: only a disabled dispatcher may make this call";
    case SYS_ERR_CALLER_DISABLED: return "SYS_ERR_CALLER_DISABLED: only an enabled dispatcher may make this call";
    case SYS_ERR_ILLEGAL_INVOCATION: return "SYS_ERR_ILLEGAL_INVOCATION: capabilities of this type have no such command";
    case SYS_ERR_INVALID_USER_BUFFER: return "SYS_ERR_INVALID_USER_BUFFER: the caller itself has no access to the memory it names";
    case SYS_ERR_LMP_NO_TARGET: return "SYS_ERR_LMP_NO_TARGET: the endpoint has no listener or no buffer";
    case SYS_ERR_LMP_TARGET_DISABLED: return "SYS_ERR_LMP_TARGET_DISABLED: the listening dispatcher is disabled";
    case SYS_ERR_LMP_BUF_OVERFLOW: return "SYS_ERR_LMP_BUF_OVERFLOW: no room for the message in the endpoint buffer";
    case SYS_ERR_LMP_EP_STATE_INVALID: return "SYS_ERR_LMP_EP_STATE_INVALID: the indices of the endpoint buffer are corrupt";
    case SYS_ERR_LMP_CAPTRANSFER_SRC_LOOKUP: return "SYS_ERR_LMP_CAPTRANSFER_SRC_LOOKUP: the capability to send cannot be found";
    case SYS_ERR_LMP_CAPTRANSFER_DST_CNODE_LOOKUP: return "SYS_ERR_LMP_CAPTRANSFER_DST_CNODE_LOOKUP: the receiver's CNode cannot be found";
    case SYS_ERR_LMP_CAPTRANSFER_DST_CNODE_INVALID: return "SYS_ERR_LMP_CAPTRANSFER_DST_CNODE_INVALID: the receiver's destination is not a CNode";
    case SYS_ERR_LMP_CAPTRANSFER_DST_SLOT_OCCUPIED: return "SYS_ERR_LMP_CAPTRANSFER_DST_SLOT_OCCUPIED: the receiver's slot is occupied";
    case SYS_ERR_INVALID_EPLEN: return "SYS_ERR_INVALID_EPLEN: an endpoint buffer cannot have this length";
    case SYS_ERR_CNODE_NOT_FOUND: return "SYS_ERR_CNODE_NOT_FOUND: the first-level slot on the way to the capability is empty";
    case SYS_ERR_CNODE_TYPE: return "SYS_ERR_CNODE_TYPE: something on the way to the capability is not the right kind of CNode";
    case SYS_ERR_CNODE_RIGHTS: return "SYS_ERR_CNODE_RIGHTS: a CNode on the way does not grant this access";
    case SYS_ERR_CAP_NOT_FOUND: return "SYS_ERR_CAP_NOT_FOUND: no capability in the addressed slot";
    case SYS_ERR_L1_CNODE_INDEX: return "SYS_ERR_L1_CNODE_INDEX: the address points past the end of the root CNode";
    case SYS_ERR_CAP_LOOKUP_DEPTH: return "SYS_ERR_CAP_LOOKUP_DEPTH: a CSpace has two levels; the call asks for more";
    case SYS_ERR_DEPTH_EXCEEDED: return "SYS_ERR_DEPTH_EXCEEDED: too many levels on the way to the capability";
    case SYS_ERR_GUARD_MISMATCH: return "SYS_ERR_GUARD_MISMATCH: guard of a CNode and bits of the address differ";
    case SYS_ERR_GUARD_SIZE_OVERFLOW: return "SYS_ERR_GUARD_SIZE_OVERFLOW: the guard of a CNode is longer than the address";
    case SYS_ERR_IDENTIFY_LOOKUP: return "SYS_ERR_IDENTIFY_LOOKUP: the capability to identify cannot be found";
    case SYS_ERR_RESIZE_NOT_L1: return "SYS_ERR_RESIZE_NOT_L1: only a root CNode can be resized";
    case SYS_ERR_SLOT_IN_USE: return "SYS_ERR_SLOT_IN_USE: the destination slot is occupied";
    case SYS_ERR_SLOT_LOOKUP_FAIL: return "SYS_ERR_SLOT_LOOKUP_FAIL: looking up a slot failed";
    case SYS_ERR_CNODE_NOT_ROOT: return "SYS_ERR_CNODE_NOT_ROOT: a root CNode (L1CNode) is needed here";
    case SYS_ERR_INVALID_SOURCE_TYPE: return "SYS_ERR_INVALID_SOURCE_TYPE: the source capability has the wrong type for this";
    case SYS_ERR_ILLEGAL_DEST_TYPE: return "SYS_ERR_ILLEGAL_DEST_TYPE: there is no such type, or no capability can have it";
    case SYS_ERR_SOURCE_CAP_LOOKUP: return "SYS_ERR_SOURCE_CAP_LOOKUP: the source capability cannot be found";
    case SYS_ERR_SOURCE_ROOTCN_LOOKUP: return "SYS_ERR_SOURCE_ROOTCN_LOOKUP: the root CNode of the source cannot be found";
    case SYS_ERR_DEST_CNODE_LOOKUP: return "SYS_ERR_DEST_CNODE_LOOKUP: the destination CNode cannot be found";
    case SYS_ERR_DEST_ROOTCN_LOOKUP: return "SYS_ERR_DEST_ROOTCN_LOOKUP: the root CNode of the destination cannot be found";
    case SYS_ERR_ROOT_CAP_LOOKUP: return "SYS_ERR_ROOT_CAP_LOOKUP: the root CNode cannot be found";
    case SYS_ERR_DEST_CNODE_INVALID: return "SYS_ERR_DEST_CNODE_INVALID: the destination is not a CNode";
    case SYS_ERR_DEST_TYPE_INVALID: return "SYS_ERR_DEST_TYPE_INVALID: this CNode may not hold capabilities of this type";
    case SYS_ERR_INVALID_RETYPE: return "SYS_ERR_INVALID_RETYPE: the source's type cannot be turned into the type asked for";
    case SYS_ERR_RETYPE_MAPPING_EXPLICIT: return "SYS_ERR_RETYPE_MAPPING_EXPLICIT: mapping capabilities come into being by map only";
    case SYS_ERR_RETYPE_INVALID_COUNT: return "SYS_ERR_RETYPE_INVALID_COUNT: no objects asked for, or more than fit";
    case SYS_ERR_RETYPE_INVALID_OFFSET: return "SYS_ERR_RETYPE_INVALID_OFFSET: the offset is misaligned, or the objects reach past the source's end";
    case SYS_ERR_INVALID_SIZE: return "SYS_ERR_INVALID_SIZE: objects of this type cannot have this size";
    case SYS_ERR_INVALID_SIZE_BITS: return "SYS_ERR_INVALID_SIZE_BITS: objects of this type cannot have this many size bits";
    case SYS_ERR_REVOKE_FIRST: return "SYS_ERR_REVOKE_FIRST: the range is in use by descendants; revoke or delete those first";
    case SYS_ERR_SLOTS_INVALID: return "SYS_ERR_SLOTS_INVALID: the destination slots reach past the end of the CNode";
    case SYS_ERR_SLOTS_IN_USE: return "SYS_ERR_SLOTS_IN_USE: at least one of the destination slots is occupied";
    case SYS_ERR_RETYPE_CREATE: return "SYS_ERR_RETYPE_CREATE: creating the new objects failed";
    case SYS_ERR_TYPE_NOT_CREATABLE: return "SYS_ERR_TYPE_NOT_CREATABLE: capabilities of this type cannot be made out of nothing";
    case SYS_ERR_NO_LOCAL_COPIES: return "SYS_ERR_NO_LOCAL_COPIES: no copy of the capability on this core";
    case SYS_ERR_RETRY_THROUGH_MONITOR: return "SYS_ERR_RETRY_THROUGH_MONITOR: other cores are concerned; ask the monitor";
    case SYS_ERR_DELETE_LAST_OWNED: return "SYS_ERR_DELETE_LAST_OWNED: this is the last copy, and this core owns it";
    case SYS_ERR_DELETE_REMOTE_LOCAL: return "SYS_ERR_DELETE_REMOTE_LOCAL: another core owns the last copy";
    case SYS_ERR_CAP_LOCKED: return "SYS_ERR_CAP_LOCKED: the capability is locked or is being deleted";
    case SYS_ERR_VNODE_SLOT_INVALID: return "SYS_ERR_VNODE_SLOT_INVALID: the page table has no such entry";
    case SYS_ERR_VNODE_SLOT_RESERVED: return "SYS_ERR_VNODE_SLOT_RESERVED: this entry belongs to the CPU driver's half of the address space";
    case SYS_ERR_VNODE_SLOT_INUSE: return "SYS_ERR_VNODE_SLOT_INUSE: a page table entry in the range is valid already";
    case SYS_ERR_WRONG_MAPPING: return "SYS_ERR_WRONG_MAPPING: a capability of this type cannot go into this page table";
    case SYS_ERR_FRAME_OFFSET_INVALID: return "SYS_ERR_FRAME_OFFSET_INVALID: offset or length is misaligned or outside the source";
    case SYS_ERR_VNODE_TYPE: return "SYS_ERR_VNODE_TYPE: a page table is needed here";
    case SYS_ERR_VNODE_LOOKUP_NEXT: return "SYS_ERR_VNODE_LOOKUP_NEXT: the page table one level up cannot be found";
    case SYS_ERR_VNODE_NOT_INSTALLED: return "SYS_ERR_VNODE_NOT_INSTALLED: the mapping is not installed in this page table";
    case SYS_ERR_VM_ALREADY_MAPPED: return "SYS_ERR_VM_ALREADY_MAPPED: this copy is mapped already; map another copy";
    case SYS_ERR_VM_MAP_SIZE: return "SYS_ERR_VM_MAP_SIZE: no entries asked for, or more than the page table has from there on";
    case SYS_ERR_VM_MAP_OFFSET: return "SYS_ERR_VM_MAP_OFFSET: the offset is too large";
    case SYS_ERR_VM_RETRY_SINGLE: return "SYS_ERR_VM_RETRY_SINGLE: the range spans several page tables; go entry by entry";
    case SYS_ERR_VM_FRAME_UNALIGNED: return "SYS_ERR_VM_FRAME_UNALIGNED: the memory does not start at a multiple of the page size mapped";
    case SYS_ERR_VM_FRAME_TOO_SMALL: return "SYS_ERR_VM_FRAME_TOO_SMALL: the memory is smaller than the page size mapped";
    case SYS_ERR_IRQ_LOOKUP: return "SYS_ERR_IRQ_LOOKUP: the endpoint for the interrupt cannot be found";
    case SYS_ERR_IRQ_NOT_ENDPOINT: return "SYS_ERR_IRQ_NOT_ENDPOINT: interrupts can be delivered to endpoints only";
    case SYS_ERR_IRQ_NO_LISTENER: return "SYS_ERR_IRQ_NO_LISTENER: nobody listens at the endpoint for the interrupt";
    case SYS_ERR_IRQ_INVALID: return "SYS_ERR_IRQ_INVALID: no interrupt has this number";
    case SYS_ERR_DISP_CSPACE_ROOT: return "SYS_ERR_DISP_CSPACE_ROOT: the CSpace root for the dispatcher cannot be found";
    case SYS_ERR_DISP_CSPACE_INVALID: return "SYS_ERR_DISP_CSPACE_INVALID: the CSpace root for the dispatcher is not a root CNode";
    case SYS_ERR_DISP_VSPACE_ROOT: return "SYS_ERR_DISP_VSPACE_ROOT: the VSpace root for the dispatcher cannot be found";
    case SYS_ERR_DISP_VSPACE_INVALID: return "SYS_ERR_DISP_VSPACE_INVALID: the VSpace root for the dispatcher is not a root page table";
    case SYS_ERR_DISP_FRAME: return "SYS_ERR_DISP_FRAME: the dispatcher frame cannot be found";
    case SYS_ERR_DISP_FRAME_INVALID: return "SYS_ERR_DISP_FRAME_INVALID: the dispatcher frame is not a frame";
    case SYS_ERR_DISP_FRAME_SIZE: return "SYS_ERR_DISP_FRAME_SIZE: the dispatcher frame is too small";
    case SYS_ERR_DISP_NOT_RUNNABLE: return "SYS_ERR_DISP_NOT_RUNNABLE: the dispatcher lacks a CSpace, a VSpace or a frame";
    case SYS_ERR_DISP_OCAP_LOOKUP: return "SYS_ERR_DISP_OCAP_LOOKUP: the capability of the other dispatcher cannot be found";
    case SYS_ERR_DISP_OCAP_TYPE: return "SYS_ERR_DISP_OCAP_TYPE: the capability of the other dispatcher is not a dispatcher";
    case SYS_ERR_INVALID_YIELD_TARGET: return "SYS_ERR_INVALID_YIELD_TARGET: a directed yield needs a dispatcher or an endpoint";
    case SYS_ERR_ID_SPACE_EXHAUSTED: return "SYS_ERR_ID_SPACE_EXHAUSTED: no identifiers left";
    case SYS_ERR_PERFMON_NOT_AVAILABLE: return "SYS_ERR_PERFMON_NOT_AVAILABLE: this machine has no performance monitoring";
    case SYS_ERR_KCB_NOT_FOUND: return "SYS_ERR_KCB_NOT_FOUND: no such kernel control block";

    case CAPS_ERR_INVALID_ARGS: return "CAPS_ERR_INVALID_ARGS: arguments of a mapping database function are wrong";
    case CAPS_ERR_MDB_DUPLICATE_ENTRY: return "CAPS_ERR_MDB_DUPLICATE_ENTRY: this slot is in the mapping database already";
    case CAPS_ERR_MDB_ENTRY_NOTFOUND: return "CAPS_ERR_MDB_ENTRY_NOTFOUND: this slot is not in the mapping database";
    case CAPS_ERR_MDB_INVARIANT_VIOLATION: return "CAPS_ERR_MDB_INVARIANT_VIOLATION: the mapping database is corrupt";
    case CAPS_ERR_MDB_ALREADY_INITIALIZED: return "CAPS_ERR_MDB_ALREADY_INITIALIZED: the mapping database is set up already";
    case CAPS_ERR_MDB_INVALID_STATE: return "CAPS_ERR_MDB_INVALID_STATE: the mapping database is not in a state for this";
    case CAPS_ERR_CAP_NOT_FOUND: return "CAPS_ERR_CAP_NOT_FOUND: no such capability in the mapping database";

    case LIB_ERR_NOT_IMPLEMENTED: return "LIB_ERR_NOT_IMPLEMENTED: functionality not implemented yet";
    case LIB_ERR_SHOULD_NOT_GET_HERE: return "LIB_ERR_SHOULD_NOT_GET_HERE: the library reached code that it never should";
    case LIB_ERR_WHILE_DELETING: return "LIB_ERR_WHILE_DELETING: deleting the capability failed";
    case LIB_ERR_WHILE_FREEING_SLOT: return "LIB_ERR_WHILE_FREEING_SLOT: freeing the slot failed";
    case LIB_ERR_MALLOC_FAIL: return "LIB_ERR_MALLOC_FAIL: the heap is exhausted";
    case LIB_ERR_SLAB_ALLOC_FAIL: return "LIB_ERR_SLAB_ALLOC_FAIL: the slab allocator has no free block";
    case LIB_ERR_SLAB_REFILL: return "LIB_ERR_SLAB_REFILL: refilling the slab allocator failed";
    case LIB_ERR_NOT_CNODE: return "LIB_ERR_NOT_CNODE: a CNode is needed here";
    case LIB_ERR_CNODE_TYPE: return "LIB_ERR_CNODE_TYPE: CNodes of this type cannot be made this way";
    case LIB_ERR_CNODE_SLOTS: return "LIB_ERR_CNODE_SLOTS: a CNode cannot have this number of slots";
    case LIB_ERR_CROOT_NULL: return "LIB_ERR_CROOT_NULL: the reference names no CSpace root";
    case LIB_ERR_RAM_ALLOC: return "LIB_ERR_RAM_ALLOC: allocating RAM failed";
    case LIB_ERR_RAM_ALLOC_WRONG_SIZE: return "LIB_ERR_RAM_ALLOC_WRONG_SIZE: only single pages can be had before the RAM allocator is set";
    case LIB_ERR_RAM_ALLOC_MS_CONSTRAINTS: return "LIB_ERR_RAM_ALLOC_MS_CONSTRAINTS: no RAM within the limits asked for";
    case LIB_ERR_RAM_ALLOC_SET: return "LIB_ERR_RAM_ALLOC_SET: setting the RAM allocator failed";
    case LIB_ERR_CAP_MINT: return "LIB_ERR_CAP_MINT: minting the capability failed";
    case LIB_ERR_CAP_COPY: return "LIB_ERR_CAP_COPY: copying the capability failed";
    case LIB_ERR_CAP_RETYPE: return "LIB_ERR_CAP_RETYPE: retyping the capability failed";
    case LIB_ERR_CAP_DELETE: return "LIB_ERR_CAP_DELETE: deleting the capability failed";
    case LIB_ERR_CAP_REVOKE: return "LIB_ERR_CAP_REVOKE: revoking the capability failed";
    case LIB_ERR_CAP_DESTROY: return "LIB_ERR_CAP_DESTROY: deleting the capability and freeing its slot failed";
    case LIB_ERR_CAP_INVOKE: return "LIB_ERR_CAP_INVOKE: invoking the capability failed";
    case LIB_ERR_CAP_COPY_FAIL: return "LIB_ERR_CAP_COPY_FAIL: a copy needed on the way could not be made";
    case LIB_ERR_CAP_DELETE_FAIL: return "LIB_ERR_CAP_DELETE_FAIL: a capability used on the way could not be deleted";
    case LIB_ERR_FRAME_ALLOC: return "LIB_ERR_FRAME_ALLOC: allocating a frame failed";
    case LIB_ERR_FRAME_CREATE: return "LIB_ERR_FRAME_CREATE: creating a frame failed";
    case LIB_ERR_FRAME_CREATE_MS_CONSTRAINTS: return "LIB_ERR_FRAME_CREATE_MS_CONSTRAINTS: no frame within the limits asked for";
    case LIB_ERR_FRAME_IDENTIFY: return "LIB_ERR_FRAME_IDENTIFY: identifying the frame failed";
    case LIB_ERR_VNODE_CREATE: return "LIB_ERR_VNODE_CREATE: creating a page table failed";
    case LIB_ERR_VNODE_MAP: return "LIB_ERR_VNODE_MAP: mapping into a page table failed";
    case LIB_ERR_VNODE_UNMAP: return "LIB_ERR_VNODE_UNMAP: unmapping from a page table failed";
    case LIB_ERR_DEVFRAME_TYPE: return "LIB_ERR_DEVFRAME_TYPE: a device frame is needed here";
    case LIB_ERR_ENDPOINT_CREATE: return "LIB_ERR_ENDPOINT_CREATE: creating an endpoint failed";
    case LIB_ERR_CNODE_CREATE: return "LIB_ERR_CNODE_CREATE: creating a CNode failed";
    case LIB_ERR_CNODE_CREATE_FROM_MEM: return "LIB_ERR_CNODE_CREATE_FROM_MEM: creating a CNode from the given RAM failed";
    case LIB_ERR_CNODE_CREATE_FOREIGN_L2: return "LIB_ERR_CNODE_CREATE_FOREIGN_L2: creating a CNode in another CSpace failed";
    case LIB_ERR_SLOT_ALLOC: return "LIB_ERR_SLOT_ALLOC: allocating a slot failed";
    case LIB_ERR_SLOT_FREE: return "LIB_ERR_SLOT_FREE: freeing a slot failed";
    case LIB_ERR_SLOT_ALLOC_INIT: return "LIB_ERR_SLOT_ALLOC_INIT: setting up the slot allocator failed";
    case LIB_ERR_SLOT_ALLOC_NO_SPACE: return "LIB_ERR_SLOT_ALLOC_NO_SPACE: the slot allocator has no free slot";
    case LIB_ERR_SLOT_ALLOC_WRONG_CNODE: return "LIB_ERR_SLOT_ALLOC_WRONG_CNODE: the slot belongs to another allocator";
    case LIB_ERR_SLOT_UNALLOCATED: return "LIB_ERR_SLOT_UNALLOCATED: the slot to free is not allocated";
    case LIB_ERR_SINGLE_SLOT_ALLOC: return "LIB_ERR_SINGLE_SLOT_ALLOC: the allocator of one CNode has no slot to give";
    case LIB_ERR_SINGLE_SLOT_ALLOC_INIT: return "LIB_ERR_SINGLE_SLOT_ALLOC_INIT: setting up the allocator of one CNode failed";
    case LIB_ERR_SINGLE_SLOT_ALLOC_INIT_RAW: return "LIB_ERR_SINGLE_SLOT_ALLOC_INIT_RAW: setting up the allocator of one CNode in given memory failed";
    case LIB_ERR_MULTI_SLOT_ALLOC_INIT: return "LIB_ERR_MULTI_SLOT_ALLOC_INIT: setting up the growing slot allocator failed";
    case LIB_ERR_MULTI_SLOT_ALLOC_INIT_RAW: return "LIB_ERR_MULTI_SLOT_ALLOC_INIT_RAW: setting up the growing slot allocator in given memory failed";
    case LIB_ERR_RANGE_ALLOC_NOT_HEAD: return "LIB_ERR_RANGE_ALLOC_NOT_HEAD: the range must be freed through the head of its allocator list";
    case LIB_ERR_ROOTSA_RESIZE: return "LIB_ERR_ROOTSA_RESIZE: enlarging the root CNode failed";
    case LIB_ERR_OUT_OF_VIRTUAL_ADDR: return "LIB_ERR_OUT_OF_VIRTUAL_ADDR: no free range of virtual addresses is large enough";
    case LIB_ERR_VSPACE_INIT: return "LIB_ERR_VSPACE_INIT: setting up the address space failed";
    case LIB_ERR_VSPACE_CURRENT_INIT: return "LIB_ERR_VSPACE_CURRENT_INIT: setting up the program's own address space failed";
    case LIB_ERR_VSPACE_LAYOUT_INIT: return "LIB_ERR_VSPACE_LAYOUT_INIT: setting up the layout of the address space failed";
    case LIB_ERR_VSPACE_ADD_REGION: return "LIB_ERR_VSPACE_ADD_REGION: adding a region to the address space failed";
    case LIB_ERR_VSPACE_REMOVE_REGION: return "LIB_ERR_VSPACE_REMOVE_REGION: removing a region from the address space failed";
    case LIB_ERR_VSPACE_REGION_OVERLAP: return "LIB_ERR_VSPACE_REGION_OVERLAP: the region overlaps another of the address space";
    case LIB_ERR_VSPACE_VREGION_NOT_FOUND: return "LIB_ERR_VSPACE_VREGION_NOT_FOUND: no region of the address space contains the address";
    case LIB_ERR_VSPACE_PAGEFAULT_ADDR_NOT_FOUND: return "LIB_ERR_VSPACE_PAGEFAULT_ADDR_NOT_FOUND: nothing stands at the address that faulted";
    case LIB_ERR_VSPACE_MAP: return "LIB_ERR_VSPACE_MAP: mapping into the address space failed";
    case LIB_ERR_VSPACE_MMU_AWARE_INIT: return "LIB_ERR_VSPACE_MMU_AWARE_INIT: setting up the growing region failed";
    case LIB_ERR_VSPACE_MMU_AWARE_MAP: return "LIB_ERR_VSPACE_MMU_AWARE_MAP: mapping more of the growing region failed";
    case LIB_ERR_VSPACE_MMU_AWARE_NO_SPACE: return "LIB_ERR_VSPACE_MMU_AWARE_NO_SPACE: the growing region has reached its end";
    case LIB_ERR_VREGION_MAP: return "LIB_ERR_VREGION_MAP: mapping the region failed";
    case LIB_ERR_VREGION_MAP_FIXED: return "LIB_ERR_VREGION_MAP_FIXED: mapping the region at the address asked for failed";
    case LIB_ERR_VREGION_UNMAP: return "LIB_ERR_VREGION_UNMAP: unmapping the region failed";
    case LIB_ERR_VREGION_NOT_FOUND: return "LIB_ERR_VREGION_NOT_FOUND: no region starts at the address";
    case LIB_ERR_VREGION_BAD_ALIGNMENT: return "LIB_ERR_VREGION_BAD_ALIGNMENT: the address of a region must be a multiple of the page size";
    case LIB_ERR_VREGION_DESTROY: return "LIB_ERR_VREGION_DESTROY: destroying the region failed";
    case LIB_ERR_VREGION_PAGEFAULT_HANDLER: return "LIB_ERR_VREGION_PAGEFAULT_HANDLER: the region could not repair the page fault";
    case LIB_ERR_PMAP_INIT: return "LIB_ERR_PMAP_INIT: setting up the page table bookkeeping failed";
    case LIB_ERR_PMAP_MAP: return "LIB_ERR_PMAP_MAP: writing the page tables failed";
    case LIB_ERR_PMAP_UNMAP: return "LIB_ERR_PMAP_UNMAP: clearing the page tables failed";
    case LIB_ERR_PMAP_MODIFY_FLAGS: return "LIB_ERR_PMAP_MODIFY_FLAGS: changing access flags in the page tables failed";
    case LIB_ERR_PMAP_NOT_MAPPED: return "LIB_ERR_PMAP_NOT_MAPPED: nothing is mapped at the address";
    case LIB_ERR_PMAP_ADDR_NOT_FREE: return "LIB_ERR_PMAP_ADDR_NOT_FREE: something is mapped in the range already";
    case LIB_ERR_PMAP_FRAME_SIZE: return "LIB_ERR_PMAP_FRAME_SIZE: the range is larger than the frame";
    case LIB_ERR_PMAP_EXISTING_MAPPING: return "LIB_ERR_PMAP_EXISTING_MAPPING: pages are mapped where none may be";
    case LIB_ERR_PMAP_FRAME_IDENTIFY: return "LIB_ERR_PMAP_FRAME_IDENTIFY: identifying the frame to map failed";
    case LIB_ERR_PMAP_ALLOC_VNODE: return "LIB_ERR_PMAP_ALLOC_VNODE: allocating a page table failed";
    case LIB_ERR_MORECORE_INIT: return "LIB_ERR_MORECORE_INIT: setting up the heap failed";

    case MM_ERR_FIND_NODE: return "MM_ERR_FIND_NODE: finding a node failed";
    case MM_ERR_CHUNK_NODE: return "MM_ERR_CHUNK_NODE: splitting a node failed";
    case MM_ERR_NEW_NODE: return "MM_ERR_NEW_NODE: no memory for the record of a node";
    case MM_ERR_RESIZE_NODE: return "MM_ERR_RESIZE_NODE: changing the size of a node failed";
    case MM_ERR_REALLOC_RANGE: return "MM_ERR_REALLOC_RANGE: taking a given range failed";
    case MM_ERR_SLOT_MM_ALLOC: return "MM_ERR_SLOT_MM_ALLOC: the slot allocator got no RAM for another CNode";
    case MM_ERR_SLOT_NOSLOTS: return "MM_ERR_SLOT_NOSLOTS: no slots left for RAM capabilities";
    case MM_ERR_SLOT_ALLOC_INIT: return "MM_ERR_SLOT_ALLOC_INIT: setting up the slot allocator failed";
    case MM_ERR_CHUNK_SLOT_ALLOC: return "MM_ERR_CHUNK_SLOT_ALLOC: no slots for the pieces of a split";
    case MM_ERR_MM_INIT: return "MM_ERR_MM_INIT: setting up the memory manager failed";
    case MM_ERR_MM_ADD: return "MM_ERR_MM_ADD: adding a region failed";
    case MM_ERR_MM_ADD_MULTI: return "MM_ERR_MM_ADD_MULTI: adding one of several regions failed";
    case MM_ERR_MM_FREE: return "MM_ERR_MM_FREE: giving memory back failed";
    case MM_ERR_OUT_OF_BOUNDS: return "MM_ERR_OUT_OF_BOUNDS: the memory manager does not manage this region";
    case MM_ERR_ALREADY_PRESENT: return "MM_ERR_ALREADY_PRESENT: the region overlaps one that is managed already";
    case MM_ERR_ALREADY_ALLOCATED: return "MM_ERR_ALREADY_ALLOCATED: the range is in use";
    case MM_ERR_NOT_FOUND: return "MM_ERR_NOT_FOUND: no free memory fits, or the memory to free was never allocated";
    case MM_ERR_MISSING_CAPS: return "MM_ERR_MISSING_CAPS: the capability for the range is missing";

    case ELF_ERR_HEADER: return "ELF_ERR_HEADER: not an ELF image that this machine can run";
    case ELF_ERR_FILESZ: return "ELF_ERR_FILESZ: the file ends before the image does";
    case ELF_ERR_PROGHDR: return "ELF_ERR_PROGHDR: a program header lies outside the file or the address space";
    case ELF_ERR_ALLOCATE: return "ELF_ERR_ALLOCATE: no memory for a segment of the program";

    case SPAWN_ERR_FIND_MODULE: return "SPAWN_ERR_FIND_MODULE: no boot module has this name";
    case SPAWN_ERR_MAP_MODULE: return "SPAWN_ERR_MAP_MODULE: the boot module cannot be mapped";
    case SPAWN_ERR_LOAD: return "SPAWN_ERR_LOAD: loading the image failed";
    case SPAWN_ERR_SETUP_CSPACE: return "SPAWN_ERR_SETUP_CSPACE: making the program's CSpace failed";
    case SPAWN_ERR_SETUP_VSPACE: return "SPAWN_ERR_SETUP_VSPACE: making the program's address space failed";
    case SPAWN_ERR_SETUP_DISPATCHER: return "SPAWN_ERR_SETUP_DISPATCHER: setting up the program's dispatcher failed";
    case SPAWN_ERR_SETUP_ARGS: return "SPAWN_ERR_SETUP_ARGS: arguments and environment do not fit";
    case SPAWN_ERR_RUN: return "SPAWN_ERR_RUN: starting the dispatcher failed";

    case INIT_ERR_BOOTINFO: return "INIT_ERR_BOOTINFO: the boot information is missing or damaged";
    case INIT_ERR_RAM_ALLOC_INIT: return "INIT_ERR_RAM_ALLOC_INIT: setting up the RAM allocator failed";
    case INIT_ERR_PAGING_INIT: return "INIT_ERR_PAGING_INIT: setting up paging failed";
    case INIT_ERR_SCENARIO_UNKNOWN: return "INIT_ERR_SCENARIO_UNKNOWN: there is no scenario of this name";
    case INIT_ERR_SCENARIO_FAILED: return "INIT_ERR_SCENARIO_FAILED: a scenario did not end as it should";

    default: return "UNKNOWN_ERROR: no error has this number";
  }
}

/** The component that returns this code, by its name in Barrelfish. */
export function errDomain(code: u32): string {
  if (code >= INIT_FIRST) return "init";
  if (code >= SPAWN_FIRST) return "spawn";
  if (code >= ELF_FIRST) return "libelf";
  if (code >= MM_FIRST) return "libmm";
  if (code >= LIB_FIRST) return "libbarrelfish";
  if (code >= CAPS_FIRST) return "libcaps";
  return "kernel";
}
