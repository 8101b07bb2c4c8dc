/*
 * void *memset(void *to, int value, size_t bytes). The CPU driver clears frames with it, so it must be fast. Each
 * instruction stores a cache line of 32 bytes, the widest store without the floating-point unit. All accesses are
 * aligned, because misaligned ones fault (SCTLR.A).
 */
        .syntax unified
        .arm
        .section .text.memset, "ax", %progbits
        .balign 4
        .global memset
        .type   memset, %function
memset:                                 /* r0 stays unchanged: it is the result */
        mov     r12, r0                 /* r12: next address; r2: bytes left */
        cmp     r2, #32
        blo     .Lfew
        push    {r4-r9, lr}
.Lalign:
        tst     r12, #3
        strbne  r1, [r12], #1
        subne   r2, r2, #1
        bne     .Lalign
        and     r1, r1, #0xff
        orr     r1, r1, r1, lsl #8
        orr     r1, r1, r1, lsl #16
        mov     r3, r1
        mov     r4, r1
        mov     r5, r1
        mov     r6, r1
        mov     r7, r1
        mov     r8, r1
        mov     r9, r1
        subs    r2, r2, #256
        blo     .Lfewer
.Lmany:
        .rept   8
        stmia   r12!, {r1, r3-r9}
        .endr
        subs    r2, r2, #256
        bhs     .Lmany
.Lfewer:                                /* r2 is 256 less than the bytes left; the loop below wants 64 less */
        adds    r2, r2, #192
        blo     .Lrest
.Llines:
        stmia   r12!, {r1, r3-r9}
        stmia   r12!, {r1, r3-r9}
        subs    r2, r2, #64
        bhs     .Llines
.Lrest:                                 /* r2 is negative; its low six bits are the bytes left */
        tst     r2, #32
        stmiane r12!, {r1, r3-r9}
        tst     r2, #16
        stmiane r12!, {r1, r3-r5}
        tst     r2, #8
        stmiane r12!, {r1, r3}
        tst     r2, #4
        strne   r1, [r12], #4
        tst     r2, #2
        strhne  r1, [r12], #2
        tst     r2, #1
        strbne  r1, [r12]
        pop     {r4-r9, pc}
.Lfew:
        subs    r2, r2, #1
        strbhs  r1, [r12], #1
        bhs     .Lfew
        bx      lr
        .size   memset, . - memset
