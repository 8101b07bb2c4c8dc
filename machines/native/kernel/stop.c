/* Ends the run of the machine. */
#include "constants.h"
#include "cp15.h"
#include "kernel.h"

#if HAS_SEMIHOSTING
/*
 * Ends the run by semihosting: the debugger (here the emulator) handles `svc 0x123456` in a privileged mode, and the
 * core takes no exception. (Semihosting for AArch32 and AArch64, 5.6 and 7.6.)
 */
enum {
  SYS_EXIT_EXTENDED = 0x20,
  ADP_STOPPED_APPLICATION_EXIT = 0x20026,
};

__attribute__((noreturn, target("arm"))) static void leave(u32 status) {
  u32 reason[2] = {ADP_STOPPED_APPLICATION_EXIT, status};
  register u32 operation __asm__("r0") = SYS_EXIT_EXTENDED;
  register u32 *argument __asm__("r1") = reason;
  __asm__ volatile("svc 0x123456" : : "r"(operation), "r"(argument) : "memory");
  for (;;) wfi();
}
#else
__attribute__((noreturn)) static void leave(u32 status) {
  consolePutText("stopped with status ");
  consolePutHex(status);
  consolePutText("; switch off or reset\r\n");
  for (;;) wfi();
}
#endif

/* `hold=1` on the command line sets this. The machine then waits at the end, so that a debugger can inspect it. */
bool holdAtEnd;

void stopMachine(u32 status) {
  if (holdAtEnd) {
    consolePutText("held with status ");
    consolePutHex(status);
    consolePutText("\n");
  }
  consoleDrain();
  while (holdAtEnd) wfi();
  leave(status);
}

void kernelFault(const char *what, u32 address, u32 status, u32 pc) {
  consolePutText("kernel PANIC! ");
  consolePutText(what);
  consolePutText(" in the CPU driver: address ");
  consolePutHex(address);
  consolePutText(", status ");
  consolePutHex(status);
  consolePutText(", pc ");
  consolePutHex(pc);
  consolePutText("\n");
  stopMachine(PANIC_STATUS);
}
