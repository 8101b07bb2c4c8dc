/* Declarations of the native layer below the CPU driver: those its files share, and those of the generated C. */
#ifndef NATIVE_KERNEL_H
#define NATIVE_KERNEL_H

#include "types.h"

/* ---- the CPU driver's exports (system/cpudriver/main.ts), in generated C ---- */

u32 kernel_boot(u32 multiboot);
u64 kernel_systemCall(void);
/* The words of the call, which the entry of a system call stores. */
extern u32 systemCallWords[12];
u32 kernel_dataAbort(u32 far, u32 fsr);
void kernel_userTrap(u32 kind, u32 address);
u32 kernel_kernelState(void);

/* ---- start.S ---- */

extern const u32 ramBytes;

/* ---- vectors.S ---- */

extern u32 vectors[], vectorsEnd[], systemCallVector;
/* In hw.c. Copies the vectors to the address of the high vectors. Must be called again when a vector has changed. */
void installVectors(void);
void tracedSystemCallEntry(void);
extern u32 kernelStack[], kernelStackEnd[];
/* Continues a program. `registers` are its r0 to r15 and cpsr, as a dispatcher control block stores them. */
__attribute__((noreturn)) void enterProgram(const u32 *registers);

/* ---- programs.c ---- */

/* Enters the program of the dispatcher that the CPU driver has scheduled. */
__attribute__((noreturn)) void runCurrentProgram(void);
/* Not 0 if the CPU driver has switched the address space since a program was last entered. */
extern u32 programChanged;
/* True while the CPU driver handles a fault or trap of a program. */
extern bool programFaulted;
/*
 * Prints where the program was at its latest fault: pc, lr, then the return addresses that its stack seems to hold. Old
 * ones may be among them.
 */
void printCallTrace(void);

/* ---- console.c ---- */

void consoleInit(void);
void consolePutText(const char *text);
void consolePutHex(u32 value);
void consoleDrain(void);

/* ---- trace.c ---- */

/* Starts to record every system call. */
void traceInit(void);

/* ---- interrupts.c ---- */

void interruptsEnable(u32 milliseconds);
/* Starts a counter that never stops; `globalTimer` reads it. */
void globalTimerStart(void);
u64 globalTimer(void);

/* ---- stop.c ---- */

/* Ends the run with a status. */
__attribute__((noreturn)) void stopMachine(u32 status);
/* Stops the machine with a message because the CPU driver itself took an exception. */
__attribute__((noreturn)) void kernelFault(const char *what, u32 address, u32 status, u32 pc);

#endif
