/*
 * Integer division, for which a Cortex-A9 has no instructions. Compilers call these functions of the ARM run-time ABI.
 * (Run-time ABI for the ARM Architecture, 4.3.1.)
 *
 * Most divisors here are powers of two, such as sizes of pages, slots and objects, though the compiler cannot know it.
 * A power of two takes a shift. Any other divisor takes one step for each bit of the quotient.
 */
#include "types.h"

typedef struct {
  u32 quotient, remainder;
} Division32;
typedef struct {
  u64 quotient, remainder;
} Division64;

static inline Division32 divide32(u32 dividend, u32 divisor) {
  Division32 result = {0, dividend};
  if (divisor == 0 || divisor > dividend) return result;
  if ((divisor & (divisor - 1)) == 0) {
    return (Division32){dividend >> __builtin_ctz(divisor), dividend & (divisor - 1)};
  }
  u32 steps = (u32)(__builtin_clz(divisor) - __builtin_clz(dividend));
  for (divisor <<= steps;; divisor >>= 1) {
    result.quotient <<= 1;
    if (result.remainder >= divisor) {
      result.remainder -= divisor;
      result.quotient |= 1;
    }
    if (steps-- == 0) return result;
  }
}

/* Divisions of 64 bits are rare, so one copy of this code is enough. */
__attribute__((noinline)) static Division64 divide64(u64 dividend, u64 divisor) {
  Division64 result = {0, dividend};
  if (divisor == 0 || divisor > dividend) return result;
  if (dividend >> 32 == 0) {
    Division32 small = divide32((u32)dividend, (u32)divisor);
    return (Division64){small.quotient, small.remainder};
  }
  if ((divisor & (divisor - 1)) == 0) {
    return (Division64){dividend >> __builtin_ctzll(divisor), dividend & (divisor - 1)};
  }
  u32 steps = (u32)(__builtin_clzll(divisor) - __builtin_clzll(dividend));
  for (divisor <<= steps;; divisor >>= 1) {
    result.quotient <<= 1;
    if (result.remainder >= divisor) {
      result.remainder -= divisor;
      result.quotient |= 1;
    }
    if (steps-- == 0) return result;
  }
}

u32 __aeabi_uidiv(u32 dividend, u32 divisor) { return divide32(dividend, divisor).quotient; }

/* r0: quotient, r1: remainder. */
u64 __aeabi_uidivmod(u32 dividend, u32 divisor) {
  Division32 result = divide32(dividend, divisor);
  return (u64)result.remainder << 32 | result.quotient;
}

static u32 magnitude(s32 value) { return value < 0 ? 0 - (u32)value : (u32)value; }

s32 __aeabi_idiv(s32 dividend, s32 divisor) {
  u32 quotient = divide32(magnitude(dividend), magnitude(divisor)).quotient;
  return (s32)((dividend ^ divisor) < 0 ? 0 - quotient : quotient);
}

u64 __aeabi_idivmod(s32 dividend, s32 divisor) {
  Division32 result = divide32(magnitude(dividend), magnitude(divisor));
  u32 quotient = (dividend ^ divisor) < 0 ? 0 - result.quotient : result.quotient;
  u32 remainder = dividend < 0 ? 0 - result.remainder : result.remainder;
  return (u64)remainder << 32 | quotient;
}

/* Called by __aeabi_uldivmod and __aeabi_ldivmod (division.S). C cannot return two results in four registers. */
u64 divideUnsigned64(u64 dividend, u64 divisor, u64 *remainder) {
  Division64 result = divide64(dividend, divisor);
  *remainder = result.remainder;
  return result.quotient;
}

static u64 magnitude64(s64 value) { return value < 0 ? 0 - (u64)value : (u64)value; }

u64 divideSigned64(s64 dividend, s64 divisor, u64 *remainder) {
  Division64 result = divide64(magnitude64(dividend), magnitude64(divisor));
  *remainder = dividend < 0 ? 0 - result.remainder : result.remainder;
  return (dividend ^ divisor) < 0 ? 0 - result.quotient : result.quotient;
}
