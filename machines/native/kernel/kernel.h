/* The native layer below the CPU driver: what its files need of each other and of the generated C. */
#ifndef NATIVE_KERNEL_H
#define NATIVE_KERNEL_H

#include "types.h"

/* ---- the CPU driver's exports (system/cpudriver/main.ts), from generated C ---- */

u32 kernel_boot(u32 multiboot);
u64 kernel_syscall(u32 w0, u32 w1, u32 w2, u32 w3, u32 w4, u32 w5, u32 w6, u32 w7, u32 w8, u32 w9, u32 w10, u32 w11);
u32 kernel_dataAbort(u32 far, u32 fsr);
void kernel_userTrap(u32 kind, u32 address);
u32 kernel_kernelState(void);

/* ---- start.S ---- */

extern const u32 ramBytes;

/* ---- vectors.S ---- */

extern u32 vectors[], vectorsEnd[], systemCallVector;
/* hw.c: puts the vectors where the processor looks for them; again when one has changed. */
void installVectors(void);
void tracedSystemCallEntry(void);
extern u32 kernelStack[], kernelStackEnd[];
/* Registers r0 to r15 and cpsr of a program, as a dispatcher control block keeps them. */
__attribute__((noreturn)) void enterProgram(const u32 *registers);

/* ---- programs.c ---- */

/* Enters the program of the dispatcher that the CPU driver has scheduled. */
__attribute__((noreturn)) void runCurrentProgram(void);
/* Not 0: the address space is not that of the program that the core came from. */
extern u32 programChanged;
/* The last program that left did so for what it had done. */
extern bool programFaulted;

/* ---- console.c ---- */

void consoleInit(void);
void consolePutText(const char *text);
void consolePutHex(u32 value);
void consoleDrain(void);

/* ---- trace.c ---- */

/* Records every system call from now on. */
void traceInit(void);

/* ---- interrupts.c ---- */

void interruptsEnable(u32 milliseconds);
/* Counts for ever. */
void globalTimerStart(void);
u64 globalTimer(void);

/* ---- stop.c ---- */

/* The end of the run, with a status for whoever started it. */
__attribute__((noreturn)) void stopMachine(u32 status);
/* The CPU driver itself took an exception. */
__attribute__((noreturn)) void kernelFault(const char *what, u32 address, u32 status, u32 pc);

#endif
