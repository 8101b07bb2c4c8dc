/*
 * The first instructions of a program.
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
        mov     lr, #0                  @ no caller: a return is a prefetch abort
        b       program__start
        .ltorg
