/* Enters programs, and handles the exceptions that interrupt them. */
#include "constants.h"
#include "cp15.h"
#include "kernel.h"

#define MODE_USER 0x10u
#define MODE_MASK 0x1fu
#define PSR_T (1u << 5)
#define PSR_F (1u << 6)

/* Bits of the DFSR for the message: status (10 and 3..0), domain, WnR. Omits bit 12, the kind of external abort. */
#define DFSR_MASK 0xcffu

static u32 kernelWord(u32 pointer) { return *(const u32 *)pointer; }

bool programFaulted;
u32 programChanged;

static u32 currentDispatcher(void) { return kernelWord(kernel_kernelState() + KERNEL_STATE_CURRENT_DCB); }

void runCurrentProgram(void) {
  programChanged = 0;
  u32 dcb = currentDispatcher();
  u32 *registers = (u32 *)(dcb + DCB_SAVE_AREA);
  /* The program runs in user mode with interrupts on, whatever cpsr was saved. */
  u32 *cpsr = &registers[DCB_SAVED_CPSR];
  *cpsr = MODE_USER | (*cpsr & (PSR_F | PSR_T));
  setTpidruro(kernelWord(dcb + DCB_DISP_USER_ADDRESS));
  enterProgram(registers);
}

/* The words that an exception pushed: the return address and the program's cpsr. */
typedef struct {
  u32 pc, cpsr;
} Interrupted;

static bool isUser(const Interrupted *at) { return (at->cpsr & MODE_MASK) == MODE_USER; }

/* The program's registers that exceptions bank. */
typedef struct {
  u32 sp, lr;
} Banked;

static Banked bankedRegisters(void) {
  Banked of;
  __asm__ volatile("cps #0x1f\n\tmov %0, sp\n\tmov %1, lr\n\tcps #0x13" : "=r"(of.sp), "=r"(of.lr)::"memory");
  return of;
}

/* Does a Thumb function return to this address? Then its lowest bit is set, and the instruction before it is a call. */
static bool isReturnAddress(u32 value) {
  u32 before = (value & ~1u) - 4;
  if ((value & 1) == 0 || !isUserReadable(before) || !isUserReadable(before + 2)) return false;
  u16 first = *(const u16 *)before, second = *(const u16 *)(before + 2);
  bool isBl = (first & 0xf800) == 0xf000 && (second & 0xd000) == 0xd000;
  bool isBlxRegister = (second & 0xff87) == 0x4780;
  return isBl || isBlxRegister;
}

/* Bytes of a stack to search for return addresses, and the number of them to keep. */
#define SEARCHED_BYTES 8192u
#define MOST_CALLERS 32u

/* Where a program was at the latest fault: pc, lr, return addresses. */
static u32 callTrace[2 + MOST_CALLERS];
static u32 callTraceLength;

/*
 * Takes the call trace while the program's memory is mapped. The stack pointer may have any value, so nothing is read
 * that the program could not read.
 */
static void noteFault(u32 pc) {
  programFaulted = true;
  Banked banked = bankedRegisters();
  callTrace[0] = pc;
  callTrace[1] = banked.lr;
  callTraceLength = 2;
  /* After an overflow, the stack pointer is in the guard page, and the stack begins on the next page. */
  u32 first = isUserReadable(banked.sp) ? banked.sp : banked.sp | (GUARD_BYTES - 1);
  first = (first + sizeof(u32) - 1) & ~(sizeof(u32) - 1);
  for (u32 at = first; at - first < SEARCHED_BYTES && callTraceLength < 2 + MOST_CALLERS; at += sizeof(u32)) {
    if (!isUserReadable(at)) break;
    u32 word = *(const u32 *)at;
    if (isReturnAddress(word)) callTrace[callTraceLength++] = word;
  }
}

void printCallTrace(void) {
  consolePutText("call trace:");
  for (u32 i = 0; i < callTraceLength; i++) {
    consolePutText(" ");
    consolePutHex(callTrace[i]);
  }
  consolePutText("\n");
}

/* Is this a translation fault close to the stack pointer? Then the program ran into the guard page of its stack. */
static bool isStackOverflow(u32 far, u32 fsr) {
  u32 status = fsr & 0xf;
  bool isTranslation = status == 0x5 || status == 0x7;
  return isTranslation && far - bankedRegisters().sp + GUARD_BYTES < 2 * GUARD_BYTES;
}

/* Reports a trap of the program to the CPU driver, and continues with another program if there is one. */
__attribute__((noreturn)) static void stopProgram(u32 trap, u32 address, u32 pc) {
  noteFault(pc);
  kernel_userTrap(trap, address);
  programFaulted = false;
  runCurrentProgram();
}

void handleDataAbort(u32 far, u32 fsr, const Interrupted *at) {
  if (!isUser(at)) kernelFault("data abort", far, fsr, at->pc);
  fsr &= DFSR_MASK;
  if (isStackOverflow(far, fsr)) stopProgram(TRAP_STACK_OVERFLOW, 0, at->pc);
  noteFault(at->pc);
  bool repaired = kernel_dataAbort(far, fsr);
  programFaulted = false;
  if (!repaired) runCurrentProgram();
}

void handlePrefetchAbort(u32 far, u32 fsr, const Interrupted *at) {
  if (!isUser(at)) kernelFault("prefetch abort", far, fsr, at->pc);
  stopProgram(TRAP_PREFETCH_ABORT, far, at->pc);
}

/* The number in a `udf` instruction; 0 for any other instruction. The core has fetched it, so it can be read. */
static u32 udfNumber(u32 pc, bool thumb) {
  if (thumb) {
    u16 instruction = *(const u16 *)pc;
    return (instruction & 0xff00) == 0xde00 ? instruction & 0xff : 0;
  }
  u32 instruction = *(const u32 *)pc;
  return (instruction & 0xfff000f0) == 0xe7f000f0 ? (instruction >> 4 & 0xfff0) | (instruction & 0xf) : 0;
}

void handleUndefined(const Interrupted *at) {
  bool thumb = (at->cpsr & PSR_T) != 0;
  u32 pc = at->pc - (thumb ? 2 : 4);
  if (!isUser(at)) kernelFault("undefined instruction", pc, udfNumber(pc, thumb), pc);
  u32 number = udfNumber(pc, thumb);
  bool isTrap = number >= TRAP_UNDEFINED && number <= TRAP_BAD_INDIRECT_CALL;
  stopProgram(isTrap ? number : TRAP_UNDEFINED, isTrap ? 0 : pc, pc);
}

void handleUnexpected(const Interrupted *at) { kernelFault("unexpected exception", 0, 0, at->pc); }
