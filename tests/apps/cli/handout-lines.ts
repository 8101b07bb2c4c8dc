/** The lines that an unmodified tree prints, according to the assignment. */
export const HANDOUT_LINES = [
  "kernel ARMv7-A: Trying to enable interrupts",
  "kernel ARMv7-A: Done enabling interrupts",
  "kernel ARMv7-A: Calling dispatch from arm_kernel_startup, start address is=204000",
  "init.0.0: paging_init",
  "init.0.0: init: on core 0 invoked as: init 2097152",
  "ERROR: init.0 in initialize_ram_alloc() ../usr/init/mem_alloc.c:57",
  "ERROR: Can't initialize the memory manager.",
  "Failure: ( libbarrelfish) functionality not implemented yet [LIB_ERR_NOT_IMPLEMENTED]",
  "Aborted",
  "revoking dispatcher failed in _Exit, spinning!",
];
