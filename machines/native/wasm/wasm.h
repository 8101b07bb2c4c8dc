/*
 * The macros and functions that the C of wasm2c uses, for a machine whose MMU makes all memory checks.
 *
 * An address of the module is a virtual address, so an access is one instruction. The code checks nothing that the MMU
 * checks: no bounds and no alignment (SCTLR.A), and it forces no reads. Traps are undefined instructions whose number is
 * the kind of trap (system/kpi/traps.ts). The CPU driver prints the same message for them as on the hosted machine.
 */
#ifndef NATIVE_WASM_H
#define NATIVE_WASM_H

#include "constants.h"
#include "types.h"

/* The module may access the same memory with different types, so these types may alias. */
typedef u8 __attribute__((may_alias)) memory_u8;
typedef s8 __attribute__((may_alias)) memory_s8;
typedef u16 __attribute__((may_alias)) memory_u16;
typedef s16 __attribute__((may_alias)) memory_s16;
typedef u32 __attribute__((may_alias)) memory_u32;
typedef s32 __attribute__((may_alias)) memory_s32;
/* Two-word loads need an alignment of four bytes only. */
typedef u64 __attribute__((may_alias, aligned(4))) memory_u64;

/*
 * A race of the policies (tools/build/native/race.ts) uses this header on the computer that compiles. There, the module's
 * memory begins at MEMORY_BASE, above 4 GiB, and a trap ends the process.
 */
#ifdef __arm__
#define AT(address, offset) ((u8 *)(u32)(address) + (offset))
#define TRAP(kind) __asm__ volatile("udf %0" ::"i"(kind))
#else
#define AT(address, offset) ((u8 *)MEMORY_BASE + (u32)(address) + (offset))
#define TRAP(kind) __builtin_trap()
#endif

/* Debug information shows these functions as a part of the line that uses them. */
#define PART_OF_CALLER __attribute__((nodebug)) static inline

#define DEFINE_LOAD(name, in_memory, extended, result) \
  PART_OF_CALLER result name(u32 address, u32 offset) { \
    return (result)(extended)*(const memory_##in_memory *)AT(address, offset); \
  }
#define DEFINE_STORE(name, in_memory, value_type) \
  PART_OF_CALLER void name(u32 address, u32 offset, value_type value) { \
    *(memory_##in_memory *)AT(address, offset) = (in_memory)value; \
  }

DEFINE_LOAD(i32_load, u32, u32, u32)
DEFINE_LOAD(i64_load, u64, u64, u64)
DEFINE_LOAD(i32_load8_s, s8, s32, u32)
DEFINE_LOAD(i64_load8_s, s8, s64, u64)
DEFINE_LOAD(i32_load8_u, u8, u32, u32)
DEFINE_LOAD(i64_load8_u, u8, u64, u64)
DEFINE_LOAD(i32_load16_s, s16, s32, u32)
DEFINE_LOAD(i64_load16_s, s16, s64, u64)
DEFINE_LOAD(i32_load16_u, u16, u32, u32)
DEFINE_LOAD(i64_load16_u, u16, u64, u64)
DEFINE_LOAD(i64_load32_s, s32, s64, u64)
DEFINE_LOAD(i64_load32_u, u32, u64, u64)
DEFINE_STORE(i32_store, u32, u32)
DEFINE_STORE(i64_store, u64, u64)
DEFINE_STORE(i32_store8, u8, u32)
DEFINE_STORE(i32_store16, u16, u32)
DEFINE_STORE(i64_store8, u8, u64)
DEFINE_STORE(i64_store16, u16, u64)
DEFINE_STORE(i64_store32, u32, u64)

PART_OF_CALLER void memory_fill(u32 to, u32 value, u32 bytes) { memset(AT(to, 0), (int)value, bytes); }
PART_OF_CALLER void memory_copy(u32 to, u32 from, u32 bytes) { memmove(AT(to, 0), AT(from, 0), bytes); }

/* For functions that shall be small rather than fast. Those that seldom run do not become a part of their callers. */
#define SMALL __attribute__((minsize))
#define RARE __attribute__((minsize, noinline))

/* For functions that do not become a part of their callers, so that registers are allocated for them alone. */
#define APART __attribute__((noinline))

/* For functions that keep all their instructions: the compiler takes none out of a function that names its section. */
#define WHOLE __attribute__((section(".text.whole")))

/* For functions that become a part of each caller. */
#define INLINED __attribute__((always_inline)) inline

#define UNLIKELY(condition) __builtin_expect(!!(condition), 0)
#define LIKELY(condition) __builtin_expect(!!(condition), 1)

#define DEFINE_TRAP(name, kind)                      \
  __attribute__((cold, noreturn, nodebug)) static void name(void) { \
    TRAP(kind);                                      \
    __builtin_unreachable();                         \
  }
DEFINE_TRAP(trap_unreachable, TRAP_UNDEFINED)
DEFINE_TRAP(trap_division_by_zero, TRAP_DIVISION_BY_ZERO)
DEFINE_TRAP(trap_integer_overflow, TRAP_INTEGER_OVERFLOW)
DEFINE_TRAP(trap_bad_indirect_call, TRAP_BAD_INDIRECT_CALL)

#define UNREACHABLE trap_unreachable()

#define DIVREM_U(op, x, y) (UNLIKELY((y) == 0) ? (trap_division_by_zero(), 0) : ((x)op(y)))
#define DIV_U(x, y) DIVREM_U(/, x, y)
#define REM_U(x, y) DIVREM_U(%, x, y)
#define DIV_S(result, least, x, y)                               \
  (UNLIKELY((y) == 0)                    ? (trap_division_by_zero(), 0) \
   : UNLIKELY((x) == (least) && (y) == -1) ? (trap_integer_overflow(), 0) \
                                         : (result)((x) / (y)))
#define REM_S(result, least, x, y)                               \
  (UNLIKELY((y) == 0)                    ? (trap_division_by_zero(), 0) \
   : UNLIKELY((x) == (least) && (y) == -1) ? 0                          \
                                         : (result)((x) % (y)))
#define I32_DIV_S(x, y) DIV_S(u32, INT32_MIN, (s32)(x), (s32)(y))
#define I64_DIV_S(x, y) DIV_S(u64, INT64_MIN, (s64)(x), (s64)(y))
#define I32_REM_S(x, y) REM_S(u32, INT32_MIN, (s32)(x), (s32)(y))
#define I64_REM_S(x, y) REM_S(u64, INT64_MIN, (s64)(x), (s64)(y))

#define I32_CLZ(x) ((x) ? __builtin_clz(x) : 32)
#define I64_CLZ(x) ((x) ? __builtin_clzll(x) : 64)
#define I32_CTZ(x) ((x) ? __builtin_ctz(x) : 32)
#define I64_CTZ(x) ((x) ? __builtin_ctzll(x) : 64)
#define I32_POPCNT(x) (__builtin_popcount(x))
#define I64_POPCNT(x) (__builtin_popcountll(x))

#define ROTL(x, y, mask) (((x) << ((y) & (mask))) | ((x) >> (((mask) - (y) + 1) & (mask))))
#define ROTR(x, y, mask) (((x) >> ((y) & (mask))) | ((x) << (((mask) - (y) + 1) & (mask))))
#define I32_ROTL(x, y) ROTL(x, y, 31)
#define I64_ROTL(x, y) ROTL(x, y, 63)
#define I32_ROTR(x, y) ROTR(x, y, 31)
#define I64_ROTR(x, y) ROTR(x, y, 63)

/* Entry 0 of the table is the null function, which traps. */
#define CALL_INDIRECT(type, index, ...) (((type)functionTable[index])(__VA_ARGS__))

#endif
