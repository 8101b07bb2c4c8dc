/*
 * The exception vectors, and the way from them to C and back.
 *
 * The CPU driver runs in SVC mode with interrupts masked, on one stack. The stack is empty while a program runs.
 * Exceptions that enter another mode switch to SVC mode at once. An exception in the CPU driver itself stops the
 * machine (`kernelFault`).
 */
#include "constants.h"

#define MODE_USER 0x10
#define MODE_SVC 0x13
#define MODE_MASK 0x1f

        .syntax unified
        .arm

/* `installVectors` copies this to 0xffff0000. Each instruction loads its target from the absolute addresses below. */
        .section .data.vectors, "aw", %progbits
        .balign 32
        .global vectors
vectors:
        ldr     pc, [pc, #24]
        ldr     pc, [pc, #24]
        ldr     pc, [pc, #24]
        ldr     pc, [pc, #24]
        ldr     pc, [pc, #24]
        ldr     pc, [pc, #24]
        ldr     pc, [pc, #24]
        ldr     pc, [pc, #24]
        .word   unexpectedEntry         @ reset
        .word   undefinedEntry
        .global systemCallVector
systemCallVector:
        .word   systemCallEntry
        .word   prefetchAbortEntry
        .word   dataAbortEntry
        .word   unexpectedEntry         @ not used
        .word   interruptEntry
        .word   unexpectedEntry         @ fast interrupts are masked
        .global vectorsEnd
vectorsEnd:

        .section .text.vectors, "ax", %progbits
        .balign 4

/*
 * A system call. The twelve words are in r0 to r11; the error returns in r0, the value in r1. C functions keep r4 to
 * r11, so the program gets them, sp_usr and lr_usr back unchanged. r2, r3 and r12 are cleared, so that it sees no values
 * of the CPU driver. r4 is pushed only to keep the stack pointer a multiple of 8.
 */
.macro STORE_WORDS
        ldr     r12, =systemCallWords
        stm     r12, {r0-r11}
        push    {r4, lr}
.endm

systemCallEntry:
        STORE_WORDS
        bl      kernel_systemCall
systemCallReturn:
        ldr     r2, =programChanged
        ldr     r2, [r2]
        cmp     r2, #0
        bne     runCurrentProgram
        mov     r2, #0
        mov     r3, #0
        mov     r12, #0
        ldm     sp!, {r4, pc}^

/* A system call that is also recorded. `traceInit` puts this entry into the vectors. */
        .global tracedSystemCallEntry
tracedSystemCallEntry:
        STORE_WORDS
        bl      tracedSystemCall
        b       systemCallReturn

/*
 * The other exceptions save all registers of the program. The stack then holds, from sp upwards: r0-r3, r12, lr_svc,
 * the return address, the program's cpsr. `offset` corrects the address that the core left in lr.
 */
.macro EXCEPTION offset
        sub     lr, lr, #\offset
        srsdb   sp!, #MODE_SVC
        cps     #MODE_SVC
        push    {r0-r3, r12, lr}
.endm

.macro RETURN
        pop     {r0-r3, r12, lr}
        rfeia   sp!
.endm

dataAbortEntry:
        EXCEPTION 8
        mrc     p15, 0, r0, c6, c0, 0   @ DFAR
        mrc     p15, 0, r1, c5, c0, 0   @ DFSR
        add     r2, sp, #24
        bl      handleDataAbort
        RETURN

prefetchAbortEntry:
        EXCEPTION 4
        mrc     p15, 0, r0, c6, c0, 2   @ IFAR
        mrc     p15, 0, r1, c5, c0, 1   @ IFSR
        add     r2, sp, #24
        bl      handlePrefetchAbort
        RETURN

/* lr points past the instruction, which has two or four bytes. `handleUndefined` corrects the address. */
undefinedEntry:
        EXCEPTION 0
        add     r0, sp, #24
        bl      handleUndefined
        RETURN

interruptEntry:
        EXCEPTION 4
        bl      handleInterrupt
        RETURN

unexpectedEntry:
        EXCEPTION 0
        add     r0, sp, #24
        b       handleUnexpected

/* Continues a program whose registers r0 to r15 and cpsr are saved at the address in r0. Empties the stack. */
        .global enterProgram
        .type   enterProgram, %function
enterProgram:
        ldr     sp, =kernelStackEnd
        mov     lr, r0
        ldr     r0, [lr, #64]
        msr     spsr_cxsf, r0
        ldm     lr, {r0-r14}^
        nop
        ldr     lr, [lr, #60]
        movs    pc, lr
        .ltorg

/*
 * The stack of the CPU driver. `kernelStackEnd` is the stack pointer of the empty stack. The other exception modes push
 * nothing, but their stack pointers must be valid.
 */
        .section .stack, "aw", %nobits
        .balign 8
        .global kernelStack
kernelStack:
        .space  KERNEL_STACK_BYTES
        .global kernelStackEnd
kernelStackEnd:
        .space  8
        .global exceptionStackEnd
exceptionStackEnd:
