/*
 * A program's first instructions.
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
