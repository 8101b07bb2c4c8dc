/**
 * Set-up of dispatchers (specification, section 4.13). The model executes nothing, but what a running dispatcher holds
 * stays reachable.
 */
import type { SetupRequest, SpaceAddress } from "../../observe/traces/operation";
import type { Capability, Slot } from "./capability";
import { lookupInvoked } from "./commands";
import type { CSpace } from "./cspace";
import { SLOT_BYTES } from "./object-types";
import { demand } from "./refusal";

const SETUP = 0;
const FRAME_BYTES = 256 * 1024;

/** The slots inside a dispatcher: CSpace, address space, dispatcher frame. */
export function dispatcherSlots(base: number): [cspace: Slot, vspace: Slot, frame: Slot] {
  return [base, base + SLOT_BYTES, base + 2 * SLOT_BYTES];
}

export function setup(space: CSpace, request: SetupRequest): void {
  const invoked = lookupInvoked(space, request.dispatcher, SETUP, (type) => type === "Dispatcher");
  const { base } = space.at(invoked)!;
  const [cspaceSlot, vspaceSlot, frameSlot] = dispatcherSlots(base);

  let root = space.at(cspaceSlot);
  if (request.cspace !== null) {
    const cspace = space.lookup(request.cspace, "SYS_ERR_DISP_CSPACE_ROOT");
    demand(cspace.type === "L1CNode", "SYS_ERR_DISP_CSPACE_INVALID");
    demand(root === undefined, "SYS_ERR_DISP_CSPACE_ROOT", "SYS_ERR_SLOT_IN_USE");
    root = cspace;
  }
  const inSpace = ([cnode, slot]: SpaceAddress, pushed: string): Capability => {
    demand(root !== undefined, pushed, "SYS_ERR_CNODE_TYPE");
    return space.at(space.walk(root, undefined, { cnode, slot }, [pushed]))!;
  };
  let vspace: Capability | undefined;
  if (request.vspace !== null) {
    vspace = inSpace(request.vspace, "SYS_ERR_DISP_VSPACE_ROOT");
    demand(vspace.type === "VNode_ARM_l1", "SYS_ERR_DISP_VSPACE_INVALID");
    demand(!space.caps.has(vspaceSlot), "SYS_ERR_DISP_VSPACE_ROOT", "SYS_ERR_SLOT_IN_USE");
  }
  let frame: Capability | undefined;
  if (request.frame !== null) {
    frame = inSpace(request.frame, "SYS_ERR_DISP_FRAME");
    demand(frame.type === "Frame", "SYS_ERR_DISP_FRAME_INVALID");
    demand(frame.bytes >= FRAME_BYTES, "SYS_ERR_DISP_FRAME_SIZE");
    demand(!space.caps.has(frameSlot), "SYS_ERR_DISP_FRAME", "SYS_ERR_SLOT_IN_USE");
  }
  const has = (slot: Slot, given: Capability | undefined): boolean => given !== undefined || space.caps.has(slot);
  const complete = root !== undefined && has(vspaceSlot, vspace) && has(frameSlot, frame);
  demand(!request.run || (complete && !space.running.has(base)), "SYS_ERR_DISP_NOT_RUNNABLE");

  if (request.other !== null) {
    const other = space.lookup(request.other, "SYS_ERR_DISP_OCAP_LOOKUP");
    demand(other.type === "Dispatcher" && other.base !== base, "SYS_ERR_DISP_OCAP_TYPE");
  }

  if (request.cspace !== null) space.caps.set(cspaceSlot, root!);
  if (vspace) space.caps.set(vspaceSlot, vspace);
  if (frame) space.caps.set(frameSlot, frame);
  if (request.run) space.running.add(base);
}
