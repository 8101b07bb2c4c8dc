/*
 * The start code, from reset to C. It turns on the MMU and the caches, and sets up a stack for each mode.
 *
 * The image is linked for the CPU driver's window (KERNEL_WINDOW and up). Until the MMU is on, the code runs at
 * physical addresses and uses only addresses relative to itself. A boot loader may put the image anywhere. So the code
 * first copies the image, with the boot modules that follow it, to the address that it is linked for.
 */
#include "constants.h"

#define PHYSICAL(address) ((address) - KERNEL_WINDOW + DRAM_BASE)

#define MODE_FIQ 0x11
#define MODE_IRQ 0x12
#define MODE_SVC 0x13
#define MODE_ABT 0x17
#define MODE_UND 0x1b

#define SCTLR_M (1 << 0)
#define SCTLR_A (1 << 1)
#define SCTLR_C (1 << 2)
#define SCTLR_Z (1 << 11)
#define SCTLR_I (1 << 12)
#define SCTLR_V (1 << 13)
#define SCTLR_TRE (1 << 28)
#define SCTLR_AFE (1 << 29)
#define SCTLR_TE (1 << 30)

/* The core takes part in coherency. Otherwise a Cortex-A9 does not cache shareable memory. */
#define ACTLR_FW (1 << 0)
#define ACTLR_SMP (1 << 6)

/* Sections that only the CPU driver may touch, as system/cpudriver/paging/descriptors.ts writes them. */
#define SECTION_RAM (1 << 16 | 1 << 12 | 1 << 10 | 1 << 3 | 1 << 2 | 2)
#define SECTION_DEVICE (1 << 16 | 1 << 10 | 1 << 4 | 1 << 2 | 2)
#define SECTION_XN (1 << 4)
#define SECTION_BITS 20

        .syntax unified
        .arm

        .section .start, "ax", %progbits
        .global _start
_start:
        b       1f
        @ The packer of the image fills these in (machines/native/image.ts):
imageBytes:
        .word   0                       @ length, boot modules included
        .global ramBytes
ramBytes:
        .word   0                       @ size of the board's RAM
1:      cpsid   aif, #MODE_SVC

        @ Only core 0 runs. The others wait for ever.
        mrc     p15, 0, r0, c0, c0, 5   @ MPIDR
        ands    r0, r0, #3
2:      wfine
        bne     2b

        @ Turn off the MMU and the caches. If a boot loader had them on, its writes may still be in the data cache.
        mrc     p15, 0, r9, c1, c0, 0   @ SCTLR
        tst     r9, #SCTLR_C
        mov     r8, #0                  @ invalidate only: after reset, the caches hold noise
        movne   r8, #1                  @ clean and invalidate
        blne    dataCacheAll
        ldr     r0, =(SCTLR_M | SCTLR_A | SCTLR_C | SCTLR_Z | SCTLR_I | SCTLR_V | SCTLR_TRE | SCTLR_AFE | SCTLR_TE)
        bic     r9, r9, r0
        mcr     p15, 0, r9, c1, c0, 0
        isb
        bl      dataCacheAll
        mov     r0, #0
        mcr     p15, 0, r0, c7, c5, 0   @ ICIALLU
        mcr     p15, 0, r0, c7, c5, 6   @ BPIALL
        mcr     p15, 0, r0, c8, c7, 0   @ TLBIALL
        dsb
        isb

        @ Copy the image to the address that it is linked for.
        adr     r0, _start
        ldr     r1, =PHYSICAL(_start)
        cmp     r0, r1
        beq     4f
        ldr     r2, imageBytes
        add     r2, r2, r0
        mov     r3, r1
3:      ldr     r4, [r0], #4
        str     r4, [r3], #4
        cmp     r0, r2
        blo     3b
        dsb
        isb
        add     pc, r1, #(4f - _start)
4:
        mrc     p15, 0, r0, c1, c0, 1   @ ACTLR
        orr     r0, r0, #(ACTLR_SMP | ACTLR_FW)
        mcr     p15, 0, r0, c1, c0, 1
        ldr     r1, =PRIVATE_REGION     @ snoop control unit on
        ldr     r0, [r1]
        orr     r0, r0, #1
        str     r0, [r1]

        @ Build a first table, which is in use until the CPU driver has its own. It maps the window, the section that
        @ this code runs in, and the devices. It lies at the end of RAM, which is not needed before that.
        ldr     r3, ramBytes
        ldr     r4, =(DRAM_BASE - TABLE_BYTES)
        add     r4, r4, r3
        mov     r0, #0
        mov     r1, #4096
5:      str     r0, [r4, r1, lsl #2]!
        sub     r4, r4, r1, lsl #2
        subs    r1, r1, #1
        bne     5b
        str     r0, [r4]
        ldr     r5, =(DRAM_BASE | SECTION_RAM)
        ldr     r6, =(DRAM_BASE >> SECTION_BITS)
        str     r5, [r4, r6, lsl #2]
        add     r6, r4, #((KERNEL_WINDOW >> SECTION_BITS) * 4)
        str     r5, [r6], #4
        orr     r5, r5, #SECTION_XN
        lsr     r1, r3, #SECTION_BITS
        sub     r1, r1, #1
6:      add     r5, r5, #(1 << SECTION_BITS)
        str     r5, [r6], #4
        subs    r1, r1, #1
        bne     6b
        ldr     r6, =((DEVICE_WINDOW_END >> SECTION_BITS) - 1)
        ldr     r5, =(CONSOLE_SECTION | SECTION_DEVICE)
        str     r5, [r4, r6, lsl #2]
        ldr     r6, =((DEVICE_WINDOW_END >> SECTION_BITS) - 2)
        ldr     r5, =(PRIVATE_SECTION | SECTION_DEVICE)
        str     r5, [r4, r6, lsl #2]
        dsb

        mov     r0, #0
        mcr     p15, 0, r0, c2, c0, 2   @ TTBCR: one table for everything
        orr     r4, r4, #TTBR_WALK
        mcr     p15, 0, r4, c2, c0, 0   @ TTBR0
        mcr     p15, 0, r4, c2, c0, 1   @ TTBR1
        ldr     r0, =0x55555555         @ all domains check permissions
        mcr     p15, 0, r0, c3, c0, 0   @ DACR
        ldr     r0, =vectors
        mcr     p15, 0, r0, c12, c0, 0  @ VBAR: until the high vectors are in place
        isb
        ldr     r0, =(SCTLR_M | SCTLR_C | SCTLR_Z | SCTLR_I)
        orr     r9, r9, r0
        mcr     p15, 0, r9, c1, c0, 0
        isb
        ldr     pc, =inWindow

inWindow:
        cps     #MODE_IRQ
        ldr     sp, =exceptionStackEnd
        cps     #MODE_ABT
        ldr     sp, =exceptionStackEnd
        cps     #MODE_UND
        ldr     sp, =exceptionStackEnd
        cps     #MODE_FIQ
        ldr     sp, =exceptionStackEnd
        cps     #MODE_SVC
        ldr     sp, =kernelStackEnd
        ldr     r0, =PHYSICAL(bootBlock)
        b       kernelMain
        .ltorg

/*
 * Invalidates the whole data cache, by level, set and way. Also cleans it if r8 is not 0.
 * (ARM Architecture Reference Manual ARMv7-A, B2.2.) Uses r0 to r7, r10, r11.
 */
dataCacheAll:
        mrc     p15, 1, r0, c0, c0, 1   @ CLIDR
        lsr     r1, r0, #23             @ level of coherency, times two
        ands    r1, r1, #0xe
        bxeq    lr
        mov     r10, #0                 @ level, times two
1:      add     r2, r10, r10, lsr #1    @ three times the level
        lsr     r3, r0, r2
        and     r3, r3, #7
        cmp     r3, #2                  @ is there a data cache at this level?
        blt     4f
        mcr     p15, 2, r10, c0, c0, 0  @ CSSELR
        isb
        mrc     p15, 1, r4, c0, c0, 0   @ CCSIDR
        and     r2, r4, #7
        add     r2, r2, #4              @ log2 of the bytes of a line
        ubfx    r3, r4, #3, #10         @ ways - 1
        clz     r5, r3                  @ lowest bit of the way number
        ubfx    r7, r4, #13, #15        @ sets - 1
2:      mov     r11, r3
3:      orr     r6, r10, r11, lsl r5
        orr     r6, r6, r7, lsl r2
        cmp     r8, #0
        mcreq   p15, 0, r6, c7, c6, 2   @ DCISW
        mcrne   p15, 0, r6, c7, c14, 2  @ DCCISW
        subs    r11, r11, #1
        bge     3b
        subs    r7, r7, #1
        bge     2b
4:      add     r10, r10, #2
        cmp     r1, r10
        bgt     1b
        mov     r10, #0
        mcr     p15, 2, r10, c0, c0, 0
        dsb
        isb
        bx      lr
