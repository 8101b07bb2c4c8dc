/** Byte offsets in a dispatcher control block, for the host's decoders; `dispatch/dcb.ts` draws the layout. */
export const enum DcbLayout {
  CSPACE = 0,
  VSPACE = 64,
  DISPFRAME = 128,
  STATE = 192,
  IS_DISABLED = 196,
  DOMAIN_ID = 200,
  DISP_USER_ADDRESS = 204,
  RUN_NEXT = 208,
  TASK_TYPE = 212,
  WEIGHT = 216,
  DEADLINE = 220,
  WCET = 224,
  PERIOD = 228,
  RELEASE = 232,
  SAVE_AREA = 256,
  SAVE_REGISTERS = 17,
  SIZE = 1024,
}

/** Number of capability slots in a DCB: CSpace root, VSpace root, dispatcher frame. */
export const DCB_SLOTS = 3;

export const enum DispatcherState {
  /** New from retype: zero bytes. */
  NOT_SET_UP = 0,
  RUNNABLE = 1,
  STOPPED = 2,
}

/** Indices into the save area. */
export const enum SavedRegister {
  R0 = 0,
  R9 = 9,
  SP = 13,
  LR = 14,
  PC = 15,
  CPSR = 16,
}
