/*
 * 64-bit division: r0-r1 by r2-r3. The quotient returns in r0-r1, the remainder in r2-r3.
 * (Run-time ABI for the ARM Architecture, 4.3.1.)
 */
.macro DIVISION name, function
        .global \name
        .type   \name, %function
\name:
        push    {r4, lr}
        sub     sp, sp, #16
        add     r4, sp, #8
        str     r4, [sp]
        bl      \function
        ldrd    r2, r3, [sp, #8]
        add     sp, sp, #16
        pop     {r4, pc}
        .size   \name, . - \name
.endm

        .syntax unified
        .arm
        .section .text.division, "ax", %progbits
        .balign 4
        DIVISION __aeabi_uldivmod, divideUnsigned64
        DIVISION __aeabi_ldivmod, divideSigned64
