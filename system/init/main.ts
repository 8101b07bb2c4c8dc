/**
 * init, the first program. It owns all memory that the CPU driver left and runs the scenarios of the memory system.
 *
 *     libraryInit           the library's state: base pages for RAM, address space, slots
 *     findOut               core number, arguments, bootinfo
 *     initializeRamAlloc    all memory into the memory manager
 *     scenariosMain         the scenarios, if the environment asks for them
 *     ownTests              experiments (`tests.ts`), otherwise
 *     messageHandlerLoop    for ever
 */
import { INIT_ERR_BOOTINFO, INIT_ERR_RAM_ALLOC_INIT } from "../kpi/errno";
import { errIsFail, errPush } from "../kpi/errval";
import { argc, argv, getenv, parseDecimal } from "../libaos/arguments";
import { userPanicErr } from "../libaos/debug";
import { domain } from "../libaos/domain";
import { invokeCoreId } from "../libaos/invocations";
import { Out } from "../libaos/out";
import { debugPrintf, printf } from "../libaos/print";
import { libraryInit } from "../libaos/startup";
import { sysExit, sysYield } from "../libaos/system-calls";
import { initializeRamAlloc } from "./mem-alloc";
import { scenariosMain } from "./scenarios/main";
import { ownTests } from "./tests";

/** The address of the domain state, a `DomainLayout`. The host starts here to find all other state. */
export function domainState(): u32 {
  return u32(changetype<usize>(domain));
}

/** Finds out the core number, the arguments and the bootinfo. */
function findOut(): void {
  const err = invokeCoreId();
  if (errIsFail(err)) userPanicErr(err, "main() system/init/main.ts", "cannot read the number of the core");
  domain.coreId = Out.value;
  debugPrintf("init: on core %u invoked as:", domain.coreId);
  for (let i: u32 = 0; i < argc(); i++) printf(" %z", argv(i));
  printf("\n");
  domain.bootinfo = argc() > 1 ? usize(parseDecimal(argv(1))) : 0;
  if (domain.bootinfo == 0) userPanicErr(INIT_ERR_BOOTINFO, "main() system/init/main.ts", "there is no bootinfo");
}

/** Yields for ever, because no other program sends messages yet. */
function messageHandlerLoop(): void {
  debugPrintf("Message handler loop\n");
  for (;;) sysYield();
}

function main(): void {
  findOut();
  const err = initializeRamAlloc();
  if (errIsFail(err))
    userPanicErr(errPush(err, INIT_ERR_RAM_ALLOC_INIT), "main() system/init/main.ts", "the RAM allocator cannot start");
  if (getenv("SCENARIO") != 0 || getenv("LIST") != 0) sysExit(scenariosMain());
  ownTests();
  messageHandlerLoop();
}

/** The entry point. `args` is the address of the argument structure. */
export function _start(args: u32): void {
  const err = libraryInit(args);
  if (errIsFail(err)) userPanicErr(err, "_start() system/init/main.ts", "the library cannot start");
  main();
}
