/**
 * The entry points of the CPU driver, and the order of start-up.
 *
 *     boot        the loader calls it once; it makes everything up to a program that is ready to run
 *     syscall     the running program calls it
 *     systemCall  the same, if the machine itself stores the words
 *     dataAbort,  the machine calls them after a fault or trap of the running program
 *     userTrap
 */
import { syserr_t } from "../kpi/syserr";
import { enableInterrupts, enterSystemCall } from "./arch/armv7/hw";
import { pagingInit } from "./arch/armv7/kernel-paging";
import { localPhysToMem } from "./arch/armv7/phys";
import { LOG_DEBUG, LOG_NOTE, log, printk } from "./debug/log";
import { idleForEver } from "./dispatch/idle";
import { someDcbRuns, startFirst } from "./dispatch/schedule";
import { Arg, Result } from "./invocation/registers";
import { handleSystemCall } from "./invocation/system-call";
import { kernel } from "./kernel-state";
import { SavedRegister } from "./layout/dcb-layout";
import { fingersBytes, fingersInit } from "./mdb/fingers";
import { bootAlloc, bootMemoryInit } from "./startup/boot-memory";
import { parseCommandLine } from "./startup/command-line";
import { commandLine, endOfBootImage, logMultiboot, openMultiboot, ramEnd } from "./startup/multiboot-block";
import { spawnInit } from "./startup/spawn-init";

export { dataAbort, userTrap } from "./dispatch/faults";

/** Address of the CPU driver's state, for the inspector and other readers of its memory. */
export function kernelState(): usize {
  return changetype<usize>(kernel);
}

/** Starts the system from the multiboot block at a physical address; returns init's first address in user mode. */
export function boot(multiboot: u32): u32 {
  kernel.logLevel = LOG_DEBUG;
  kernel.nextId = 1;
  kernel.nextDomainId = 1;
  openMultiboot(multiboot); //                                  check the multiboot block
  parseCommandLine(commandLine()); //                           loglevel=, consolePort=, timeslice=
  printk(LOG_NOTE, "kernel Barrelfish-style CPU driver starting on ARMv7\n");
  log(LOG_NOTE, "Set my core id to 0");
  logMultiboot(); //                                            print the block if loglevel is at least 5
  bootMemoryInit(endOfBootImage(), ramEnd(endOfBootImage() - 1)); // start the allocator of start-up
  pagingInit(); //                                              the CPU driver's own address space, MMU on
  fingersInit(localPhysToMem(bootAlloc(fingersBytes()))); //    no slot is in the mapping database yet
  log(LOG_NOTE, "arm_kernel_startup entered");
  log(LOG_NOTE, "Doing BSP related bootup");
  log(LOG_NOTE, "spawn_bsp_init");
  const init = spawnInit(); //                                  CSpace, VSpace, dispatcher, program, all RAM
  log(LOG_NOTE, "Trying to enable interrupts");
  enableInterrupts();
  log(LOG_NOTE, "Done enabling interrupts");
  const argument = init.savedRegister(SavedRegister.R0);
  log(LOG_NOTE, "Calling dispatch from arm_kernel_startup, start address is=%x", argument);
  startFirst(); //                                              switch to init's address space
  return init.savedRegister(SavedRegister.PC);
}

/**
 * Handles a system call of the running program. Takes up to twelve words; returns the error (low 32 bits) and a value
 * (high 32 bits). Does not return if the call deleted or stopped the program's dispatcher.
 */
export function syscall(
  word0: u32,
  word1: u32,
  word2: u32,
  word3: u32,
  word4: u32,
  word5: u32,
  word6: u32,
  word7: u32,
  word8: u32,
  word9: u32,
  word10: u32,
  word11: u32,
): u64 {
  Arg.word0 = word0;
  Arg.word1 = word1;
  Arg.word2 = word2;
  Arg.word3 = word3;
  Arg.word4 = word4;
  Arg.word5 = word5;
  Arg.word6 = word6;
  Arg.word7 = word7;
  Arg.word8 = word8;
  Arg.word9 = word9;
  Arg.word10 = word10;
  Arg.word11 = word11;
  return systemCall();
}

/** Handles the system call whose words are in `Arg`, where the native machine's entry stores them. Like `syscall`. */
export function systemCall(): u64 {
  enterSystemCall();
  Result.value = 0;
  const err: syserr_t = handleSystemCall();
  if (!someDcbRuns()) idleForEver();
  return (u64(Result.value) << 32) | err;
}
