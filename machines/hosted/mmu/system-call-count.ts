/** Part of mmu.wasm: counts system calls, and calls the host at a given count to stop or to check its clock. */
import { systemCallLimit } from "./host";
import { Counter } from "./layout";

/** The CPU driver calls this before it handles a system call. Does not return if the run must end here. */
export function enterSystemCall(): void {
  const count = load<u64>(Counter.SYSCALL_COUNT);
  if (count >= load<u64>(Counter.SYSCALL_STOP)) systemCallLimit();
  store<u64>(Counter.SYSCALL_COUNT, count + 1);
}

export function systemCallCount(): u32 {
  return u32(load<u64>(Counter.SYSCALL_COUNT));
}
