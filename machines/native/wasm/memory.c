/*
 * The memory functions that C compilers rely on, except memset (memset.S). All accesses are aligned, because misaligned
 * ones fault (SCTLR.A).
 */
#include "types.h"

#define WORD 4u

static bool isAligned(const void *pointer) { return ((u32)pointer & (WORD - 1)) == 0; }

typedef u32 __attribute__((may_alias)) word;
typedef struct {
  u32 words[4];
} __attribute__((may_alias)) quad;

static void copyUpwards(u8 *to, const u8 *from, size_t bytes) {
  if ((((u32)to ^ (u32)from) & (WORD - 1)) == 0) {
    for (; bytes != 0 && !isAligned(to); bytes--) *to++ = *from++;
    for (; bytes >= sizeof(quad); bytes -= sizeof(quad), to += sizeof(quad), from += sizeof(quad)) {
      *(quad *)to = *(const quad *)from;
    }
    for (; bytes >= WORD; bytes -= WORD, to += WORD, from += WORD) *(word *)to = *(const word *)from;
  }
  for (; bytes != 0; bytes--) *to++ = *from++;
}

void *memcpy(void *restrict to, const void *restrict from, size_t bytes) {
  copyUpwards(to, from, bytes);
  return to;
}

void *memmove(void *to, const void *from, size_t bytes) {
  if ((u32)to - (u32)from >= bytes) {
    copyUpwards(to, from, bytes);
    return to;
  }
  /* The target begins inside the source, so copy backwards. */
  u8 *end = (u8 *)to + bytes;
  for (const u8 *last = (const u8 *)from + bytes; end != to;) *--end = *--last;
  return to;
}

void __aeabi_memcpy(void *to, const void *from, size_t bytes) { memcpy(to, from, bytes); }
void __aeabi_memcpy4(void *to, const void *from, size_t bytes) { memcpy(to, from, bytes); }
void __aeabi_memcpy8(void *to, const void *from, size_t bytes) { memcpy(to, from, bytes); }
void __aeabi_memmove(void *to, const void *from, size_t bytes) { memmove(to, from, bytes); }
void __aeabi_memmove4(void *to, const void *from, size_t bytes) { memmove(to, from, bytes); }
void __aeabi_memmove8(void *to, const void *from, size_t bytes) { memmove(to, from, bytes); }
void __aeabi_memset(void *to, size_t bytes, int value) { memset(to, value, bytes); }
void __aeabi_memset4(void *to, size_t bytes, int value) { memset(to, value, bytes); }
void __aeabi_memset8(void *to, size_t bytes, int value) { memset(to, value, bytes); }
void __aeabi_memclr(void *to, size_t bytes) { memset(to, 0, bytes); }
void __aeabi_memclr4(void *to, size_t bytes) { memset(to, 0, bytes); }
void __aeabi_memclr8(void *to, size_t bytes) { memset(to, 0, bytes); }
