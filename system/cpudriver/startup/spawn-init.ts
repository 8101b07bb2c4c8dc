/** Makes init, the first program, and everything it needs to run. */
import { ELF_ERR_ALLOCATE, ELF_ERR_FILESZ, ELF_ERR_HEADER } from "../../kpi/errno";
import { INIT_ARGS_VBASE, INIT_BOOTINFO_VBASE, INIT_DISPATCHER_VBASE } from "../../kpi/init-space";
import { ObjType } from "../../kpi/object-types";
import { sysErrIsFail, syserr_t } from "../../kpi/syserr";
import { ARGS_FRAME_SIZE, BOOTINFO_SIZE, DISPATCHER_FRAME_SIZE, VRegionFlags } from "../../kpi/types";
import { localPhysToMem } from "../arch/armv7/phys";
import { LOG_DEBUG, LOG_NOTE, log } from "../debug/log";
import { panic } from "../debug/panic";
import { Dcb } from "../dispatch/dcb";
import { makeRunnable } from "../dispatch/schedule";
import { kernel } from "../kernel-state";
import { SavedRegister } from "../layout/dcb-layout";
import { Loaded, loadElf } from "./elf";
import { writeInitArguments } from "./init-arguments";
import {
  InitObjects,
  makeBasePages,
  makeInitCNodes,
  makeInitDevices,
  makeInitDispatcher,
  placeRoot,
} from "./init-cspace";
import { makeInitTables, mapForInit } from "./init-vspace";
import { makeDeviceCap, makeMemoryCaps, makeModuleCaps } from "./memory-caps";
import { Module, moduleEntries, readModule } from "./multiboot-block";

/** User mode, FIQ masked. */
const CPSR_USER: u32 = 0x50;

/** Maps the frames that the CPU driver shares with init. */
function mapSharedFrames(): void {
  const flags = VRegionFlags.READ_WRITE;
  mapForInit(ObjType.DevFrame, INIT_BOOTINFO_VBASE, InitObjects.bootinfo, BOOTINFO_SIZE, flags);
  mapForInit(ObjType.Frame, INIT_ARGS_VBASE, InitObjects.argsFrame, ARGS_FRAME_SIZE, flags);
  mapForInit(ObjType.Frame, INIT_DISPATCHER_VBASE, InitObjects.dispFrame, DISPATCHER_FRAME_SIZE, flags);
}

/** The message for an error of `loadElf`. */
function reasonFor(err: syserr_t): string {
  switch (err) {
    case ELF_ERR_HEADER:
      return "init: not an ELF32 executable for ARM";
    case ELF_ERR_ALLOCATE:
      return "init: too many segments: start-up has no slots for their frames";
    case ELF_ERR_FILESZ:
      return "init: broken ELF file: the bytes of a segment do not fit in the file or in its memory";
    default:
      return "init: broken ELF file: a segment or program header lies outside of the file or of init's address space";
  }
}

/** Loads the first module, which is init, and sets the registers that it starts with. */
function loadInit(dcb: Dcb): void {
  if (moduleEntries() == 0) return panic("multiboot: there is no module, so there is no init to run");
  readModule(0);
  log(LOG_NOTE, "spawn module: %z", Module.text);
  const err = loadElf(localPhysToMem(Module.start), Module.bytes);
  if (sysErrIsFail(err)) return panic(reasonFor(err));
  dcb.saveRegister(SavedRegister.R0, INIT_ARGS_VBASE);
  dcb.saveRegister(SavedRegister.PC, Loaded.entry);
  dcb.saveRegister(SavedRegister.CPSR, CPSR_USER);
}

function logDispatcher(dcb: Dcb): void {
  log(LOG_DEBUG, "dispatcher: domain %u, root CNode at %lx", dcb.domainId, dcb.cspace.base);
  log(LOG_DEBUG, "dispatcher: L1 table at %lx, frame at %lx", dcb.vspace.base, dcb.dispFrame.base);
  log(LOG_DEBUG, "init gets the RAM from 0x%x on", kernel.firstFree);
}

/** Makes init: CSpace, address space, dispatcher and program. Gives it capabilities for all memory that is left. */
export function spawnInit(): Dcb {
  log(LOG_NOTE, "spawn_init_common init");
  makeInitCNodes();
  const dcb = makeInitDispatcher();
  makeInitDevices();
  makeBasePages();
  makeInitTables(dcb);
  mapSharedFrames();
  loadInit(dcb);
  readModule(0);
  writeInitArguments(InitObjects.argsFrame, Module.text);
  makeModuleCaps();
  makeDeviceCap();
  makeMemoryCaps();
  placeRoot(dcb);

  dcb.domainId = kernel.nextDomainId++;
  dcb.dispUserAddress = INIT_DISPATCHER_VBASE;
  dcb.isDisabled = true;
  makeRunnable(dcb);
  log(LOG_NOTE, "spawn_init_common: starting from=0x%x", Loaded.entry);
  logDispatcher(dcb);
  return dcb;
}
