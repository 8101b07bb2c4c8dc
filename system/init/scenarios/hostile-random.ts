/**
 * Hostile calls, last part: thousands of calls with random arguments, of which some are sensible and most are not. The
 * scenario ignores the errors. It checks that the invariants of the mapping database hold all the time, and that
 * nothing is left at the end.
 */
import { CapLevel, CPTR_ROOTCN } from "../../kpi/cspace";
import { errIsFail, errval_t } from "../../kpi/errval";
import { ObjType } from "../../kpi/object-types";
import { CallWords, CNodeCmd, DebugCall, retypeWord } from "../../kpi/system-calls";
import { BASE_PAGE_SIZE, BYTES_PER_SECTION } from "../../kpi/types";
import { capMint, capRevoke } from "../../libaos/capabilities";
import { capAddr } from "../../libaos/capref";
import { invoke } from "../../libaos/system-calls";
import { mappingModifyFlags } from "../../libaos/vnode";
import { capRoot } from "../../libaos/well-known";
import { ask } from "./accounts";
import { arenaCNode, arenaRam, copy, fromRam, make, map, remove, revoke, slot, unmap } from "./arena";
import { failed, holds, note, ok } from "./check";
import { add, ScenarioFlag } from "./list";
import { randomBegin, randomBelow, randomNext } from "./random";

/** Number of slots that the calls use. Slot 0 holds the RAM from which everything is made. */
const SLOTS: u32 = 48;
const RAM_BYTES: u64 = 2 * BYTES_PER_SECTION;
const STEPS: u32 = 20000;
const STEPS_PER_CHECK: u32 = 200;

function anySlot(): u32 {
  return randomBelow(SLOTS);
}

/** A small number, a number near a limit of 32 bits, or any number. */
function anyNumber(small: u32): u32 {
  const kind = randomBelow(8);
  if (kind < 6) return randomBelow(small);
  return kind == 6 ? 0 - randomBelow(3) - (randomBelow(2) << 31) : randomNext();
}

/** A type number, mostly of a type that can be made from RAM. */
function anyType(): u32 {
  switch (randomBelow(10)) {
    case 0:
      return ObjType.L1CNode;
    case 1:
      return ObjType.L2CNode;
    case 2:
      return ObjType.Dispatcher;
    case 3:
      return ObjType.EndPoint;
    case 4:
      return ObjType.VNode_ARM_l1;
    case 5:
      return ObjType.VNode_ARM_l2;
    case 6:
      return ObjType.RAM;
    case 7:
      return randomBelow(ObjType.Num);
    default:
      return ObjType.Frame;
  }
}

function sizeFor(type: u32): u32 {
  switch (type) {
    case ObjType.L1CNode:
    case ObjType.L2CNode:
    case ObjType.VNode_ARM_l1:
      return 16384;
    case ObjType.VNode_ARM_l2:
    case ObjType.Dispatcher:
      return 1024;
    case ObjType.EndPoint:
      return 0;
    default:
      return BASE_PAGE_SIZE << randomBelow(6);
  }
}

/** A retype from any slot to any slot. If `wild` is false, its numbers may be valid. */
function anyRetype(wild: bool): errval_t {
  const type = anyType();
  const words: u32 = CallWords.Retype;
  const source = randomBelow(2) == 0 ? 0 : anySlot();
  return invoke(
    capRoot,
    words,
    CNodeCmd.Retype,
    CPTR_ROOTCN,
    capAddr(slot(source)),
    wild ? anyNumber(0x100000) : source == 0 ? randomBelow(120) << 14 : 0,
    retypeWord(CapLevel.L2, CapLevel.L1, type),
    wild ? anyNumber(0x10000) : sizeFor(type),
    wild ? anyNumber(8) : 1 + (randomBelow(4) >> 1),
    CPTR_ROOTCN,
    capAddr(arenaCNode()),
    // Higher slots exist, but a capability there would stay until the end.
    1 + randomBelow(SLOTS - 4),
  );
}

/** Any command with any words, on any capability except the CNode itself. */
function anyInvocation(): errval_t {
  const words = 2 + randomBelow(11);
  return invoke(slot(anySlot()), words, randomBelow(4), anyNumber(64), anyNumber(64), anyNumber(64), anyNumber(64));
}

/** A map call with valid numbers; only the capabilities in the slots may be wrong. */
function sensibleMap(): errval_t {
  return map(
    anySlot(),
    anySlot(),
    randomBelow(256),
    randomBelow(4),
    randomBelow(4) << 12,
    1 + randomBelow(2),
    anySlot(),
  );
}

/** One random step. It makes objects more often than it deletes them. */
function anyMove(): errval_t {
  const move = randomBelow(100);
  if (move < 35) return anyRetype(false);
  if (move < 40) return anyRetype(true);
  if (move < 60) return copy(anySlot(), anySlot());
  if (move < 75) return sensibleMap();
  if (move < 80)
    return map(anySlot(), anySlot(), anyNumber(300), anyNumber(16), anyNumber(4) << 12, anyNumber(5), anySlot());
  if (move < 84) return unmap(anySlot(), anySlot());
  if (move < 87) return mappingModifyFlags(slot(anySlot()), anyNumber(4), anyNumber(4), anyNumber(16));
  if (move < 90) return capMint(slot(anySlot()), slot(anySlot()), anyNumber(0x40000), anyNumber(100));
  if (move < 93) return anyInvocation();
  if (move < 99) return remove(anySlot());
  return revoke(1 + randomBelow(SLOTS - 1));
}

/** Makes the RAM in slot 0 again if a call deleted it. */
function restoreRam(): void {
  if (!errIsFail(fromRam(0, 0, ObjType.RAM, RAM_BYTES, 1))) return;
  if (randomBelow(10) != 0) return;
  ok(capRevoke(arenaRam()), "revoke the RAM of the arena");
  make(0, 0, ObjType.RAM, RAM_BYTES);
}

function h38(): void {
  const seed = randomBegin(20161007);
  let succeeded: u32 = 0;
  make(0, 0, ObjType.RAM, RAM_BYTES);
  for (let step: u32 = 1; step <= STEPS && !failed(); step++) {
    succeeded += u32(!errIsFail(anyMove()));
    if (step % 32 == 0) restoreRam();
    if (step % STEPS_PER_CHECK == 0)
      holds(ask(DebugCall.CHECK_INVARIANTS) == 1, "the mapping database keeps its invariants", step);
  }
  note("%u calls, %u of them succeed; seed %u", STEPS, succeeded, seed);
}

export function registerHostileRandom(): void {
  add("H38", "20,000 random system calls", h38, ScenarioFlag.IN_ARENA);
}
