/*
 * Exceptions: from the vector table to C and back.
 *
 * The CPU driver runs in SVC mode with interrupts masked, on one stack, empty whenever a program runs. Exceptions of
 * other modes move there at once. One taken in the CPU driver itself is the end: `kernelFault`.
 */
#include "constants.h"

#define MODE_USER 0x10
#define MODE_SVC 0x13
#define MODE_MASK 0x1f

        .syntax unified
        .arm

/* Copied to 0xffff0000: reaches its targets by absolute addresses behind it. */
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
 * Twelve words in r0 to r11; error in r0, value in r1. A C function gets its fifth argument and those behind it from
 * the stack, lowest first, which is how r4 to r11 come to lie there. They keep their values, sp_usr, and lr_usr; what
 * the CPU driver leaves in the others is wiped.
 */
systemCallEntry:
        push    {r4-r12, lr}
        bl      kernel_syscall
systemCallReturn:
        ldr     r2, =programChanged
        ldr     r2, [r2]
        cmp     r2, #0
        bne     runCurrentProgram
        mov     r2, #0
        mov     r3, #0
        mov     r12, #0
        add     sp, sp, #36
        ldm     sp!, {pc}^

/* The same with a record of the call, if one is wanted: `traceInit` puts this entry into the vectors. */
        .global tracedSystemCallEntry
tracedSystemCallEntry:
        push    {r4-r12, lr}
        bl      tracedSystemCall
        b       systemCallReturn

/*
 * The other exceptions keep everything of the program: on the stack, from sp up, r0-r3, r12, lr_svc, the address to
 * return to, the program's cpsr. `offset` corrects the address that the core left in lr.
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

/* lr is behind the instruction, which is two or four bytes long. */
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

/* Goes on with a program whose registers, r0 to r15 and cpsr, are saved at r0. Nothing is left on the stack. */
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
 * The stack of the CPU driver; its end is that of an empty stack. The modes of other exceptions use none, but their
 * stack pointers must point somewhere.
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
