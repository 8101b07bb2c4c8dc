/** The hosted machine as a system that operations are played on: the host calls the real CPU driver as init would. */
import { typeNumber } from "../cli/replay/capability-types";
import { TraceSpace } from "../cli/replay/trace-space";
import { typeName } from "../kpi/object-types";
import { L2_CNODE_BITS } from "../kpi/types";
import type { Answer } from "../machine/direct/answer";
import type { Destination, SlotAddress } from "../machine/direct/call-words";
import { createWords, dispatcherSetupWords } from "../machine/direct/call-words";
import type { DirectMachine } from "../machine/direct/direct-machine";
import type { SystemCalls } from "../machine/direct/system-calls";
import type { InitialCap, Operation, Outcome } from "../tests/conformance/operation";
import type { SetupRequest, SlotName } from "../tests/model/capabilities";
import { MachineView } from "./machine-view";

export const SLOTS = 1024;

export interface Setting {
  readonly dram: { readonly base: number; readonly bytes: number };
  readonly caps: readonly InitialCap[];
}

/** A type number that does not exist, for names that stand for none. */
const NO_TYPE = 200;

export class MachineSystem {
  readonly space: TraceSpace;
  readonly view: MachineView;
  private readonly calls: SystemCalls;

  /** Boots the machine anew. */
  constructor(
    readonly machine: DirectMachine,
    setting: Setting,
  ) {
    const { dram, caps } = setting;
    const header = { trace: 0, seed: 0, dram, slots: SLOTS, caps: [...caps] };
    this.space = new TraceSpace(machine, machine.memory.region, header);
    this.calls = this.space.calls;
    this.view = new MachineView(
      machine,
      this.space,
      SLOTS,
      caps.filter(({ type }) => type !== "VNode_ARM_l1"),
    );
  }

  perform(operation: Operation): Outcome {
    if (operation.op !== "identify") return outcomeOf(this.answer(operation));
    const { answer, identity } = this.calls.identify(this.address(operation.slot));
    if (!identity) return outcomeOf(answer);
    const base = this.space.toTrace(identity.type, identity.base);
    return { ...outcomeOf(answer), type: typeName(identity.type), base, bytes: identity.bytes };
  }

  private answer(operation: Exclude<Operation, { op: "identify" }>): Answer {
    const { calls } = this;
    switch (operation.op) {
      case "retype": {
        const { src, dst, offset, type, objsize, count } = operation;
        const number = numberOf(type);
        const to = this.place(dst);
        return calls.retype({ source: this.address(src), offset, type: number, objectSize: objsize, count, to });
      }
      case "copy":
        return calls.copy(this.address(operation.src), this.place(operation.dst));
      case "mint":
        return calls.mint(this.address(operation.src), this.place(operation.dst), [operation.param1, operation.param2]);
      case "delete":
        return calls.delete(this.address(operation.slot));
      case "revoke":
        return calls.revoke(this.address(operation.slot));
      case "map": {
        const { entry, flags, offset, count } = operation;
        const [table, source] = [this.address(operation.vnode), this.address(operation.src)];
        return calls.map({ table, source, entry, flags, offset, count, mapping: this.place(operation.mapping) });
      }
      case "unmap":
        return calls.unmap(this.address(operation.vnode), this.address(operation.mapping));
      case "modify": {
        const { offset, pages, flags } = operation;
        return calls.modify({ mapping: this.address(operation.mapping), offset, pages, flags });
      }
      case "destroy":
        return calls.destroyMapping(this.address(operation.mapping));
      case "create":
        return this.machine.call(createWords(numberOf(operation.type), 0, this.place(operation.dst)));
      case "setup":
        return this.setup(operation);
    }
  }

  private setup({ dispatcher, cspace, vspace, frame, run, other }: SetupRequest): Answer {
    const slot = (name: number | null) => (name === null ? 0 : this.address(name).address);
    const inSpace = (address: SetupRequest["vspace"]) =>
      address === null ? 0 : (address[0] << L2_CNODE_BITS) | address[1];
    const invoked = { dispatcher: this.address(dispatcher), cspace: slot(cspace), other: slot(other) };
    const inner = { vspace: inSpace(vspace), frame: inSpace(frame) };
    return this.machine.call(dispatcherSetupWords({ ...invoked, ...inner, run }));
  }

  /** What a program passes to name a slot. */
  address(name: SlotName): SlotAddress {
    if (typeof name === "number") return this.space.address(name);
    const address = (name.cnode << L2_CNODE_BITS) | (name.slot ?? 0);
    const level = name.level ?? (name.slot === undefined ? 1 : 2);
    return { address, level, ...this.rootOf(name.root) };
  }

  private place(name: SlotName): Destination {
    if (typeof name === "number") return this.space.place(name);
    const level = name.level ?? (name.slot === undefined ? 0 : 1);
    const cnode = (name.cnode << L2_CNODE_BITS) | (level === 2 ? (name.slot ?? 0) : 0);
    return { cnode, level, slot: name.slot ?? name.cnode, ...this.rootOf(name.root) };
  }

  private rootOf(root: number | undefined): { root?: number } {
    return root === undefined ? {} : { root: this.space.address(root).address };
  }
}

function numberOf(type: string): number {
  const number = typeNumber(type);
  return number < 0 ? NO_TYPE : number;
}

function outcomeOf({ name, names }: Answer): Outcome {
  return { err: name, stack: names };
}
