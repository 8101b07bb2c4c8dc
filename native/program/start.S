/*
 * A program's first instructions, and its way into the CPU driver.
 */
#include "constants.h"

        .syntax unified
        .arm
        .section .text.start, "ax", %progbits
        .balign 4

/* The CPU driver passes the address of the argument structure in r0, and no stack. */
        .global _start
_start:
        ldr     sp, =USER_STACK_END
        mov     lr, #0                  @ nowhere to go from here: returning is a prefetch abort
        b       program__start
        .ltorg

/*
 * u64 kernel_syscall(u32 words[12] as arguments): the first four are in registers, the others on the stack.
 * Error in r0, value in r1: the two halves of the result.
 */
        .global kernel_syscall
        .type   kernel_syscall, %function
kernel_syscall:
        push    {r4-r11, lr}
        add     r12, sp, #36
        ldm     r12, {r4-r11}
        svc     #0
        pop     {r4-r11, pc}
