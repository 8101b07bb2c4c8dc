/** A machine as a system that traces are played on: the host calls the real CPU driver as init would. */

import type { Answer } from "../../../machines/calls/answer";
import { type CallMachine, RunEnded } from "../../../machines/calls/call-machine";
import type { Destination, SlotAddress } from "../../../machines/calls/call-words";
import { typeName } from "../../../system/kpi/object-types";
import { L2_CNODE_BITS } from "../../../system/kpi/types";
import { auditTranslations } from "../../audit/translations";
import { addressText, NO_ANSWER, type Operation, type Outcome, type SetupRequest, type SlotName } from "../operation";
import { SystemEnded } from "../play";
import type { Dump, Setting, TraceSystem } from "../trace";
import { typeNumber } from "../type-names";
import { TraceSpace } from "./space";
import { MachineView } from "./view";

export class MachineSystem implements TraceSystem {
  readonly space: TraceSpace;
  readonly view: MachineView;

  /** Boots the machine again. Throws `CannotProvide` if its board cannot provide the trace's initial state. */
  constructor(
    readonly machine: CallMachine,
    setting: Setting,
  ) {
    this.space = new TraceSpace(machine, setting);
    this.view = new MachineView(machine, this.space, setting);
  }

  /** Throws `SystemEnded` if the CPU driver panics. */
  perform(operation: Operation): Outcome {
    try {
      return operation.op === "identify" ? this.identify(operation.slot) : outcomeOf(this.answer(operation));
    } catch (error) {
      if (!(error instanceof RunEnded)) throw error;
      if (error.result.kind === "idle") return { err: NO_ANSWER, stack: [NO_ANSWER] };
      throw new SystemEnded(error.message);
    }
  }

  dump(): Dump {
    return this.view.dump();
  }

  /** Messages about what the MMU can reach but must not. */
  broken(): readonly string[] {
    return auditTranslations(this.machine);
  }

  describe(name: SlotName): string {
    const cap = this.view.find(name);
    if (cap === null) return "empty";
    const { typeName: type, base, bytes, mapping } = cap;
    const at = (address: number) => addressText(this.space.addresses.toTrace(address));
    const text = `${type} at ${at(base)}, ${bytes} bytes`;
    if (!mapping) return text;
    const entries = mapping.count === 1 ? "entry" : "entries";
    return `${text}, ${mapping.count} ${entries} from ${at(mapping.pte)} on${mapping.isVoid ? ", void" : ""}`;
  }

  private identify(name: SlotName): Outcome {
    const { answer, identity } = this.space.calls.identify(this.address(name));
    if (!identity) return outcomeOf(answer);
    const { type, base, bytes } = identity;
    return {
      ...outcomeOf(answer),
      identity: { type: typeName(type), base: this.space.addresses.toTrace(base), bytes },
    };
  }

  private answer(operation: Exclude<Operation, { op: "identify" }>): Answer {
    const { calls } = this.space;
    switch (operation.op) {
      case "retype": {
        const { src, dst, offset, type, objsize, count } = operation;
        const [source, to] = [this.address(src), this.place(dst)];
        return calls.retype({ source, offset, type: typeNumber(type), objectSize: objsize, count, to });
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
        return calls.create(typeNumber(operation.type), 0, this.place(operation.dst));
      case "setup":
        return this.setup(operation);
      case "resize": {
        const invoked = operation.invoked === null ? undefined : this.address(operation.invoked).address;
        return calls.resize(this.address(operation.root).address, this.place(operation.dst), invoked);
      }
    }
  }

  private setup({ dispatcher, cspace, vspace, frame, run, other }: SetupRequest): Answer {
    const slot = (name: number | null) => (name === null ? 0 : this.address(name).address);
    const inSpace = (address: SetupRequest["vspace"]) =>
      address === null ? 0 : (address[0] << L2_CNODE_BITS) | address[1];
    return this.space.calls.setupDispatcher({
      dispatcher: this.address(dispatcher),
      cspace: slot(cspace),
      vspace: inSpace(vspace),
      frame: inSpace(frame),
      run,
      other: slot(other),
    });
  }

  /** The address that a program passes to name a slot. */
  private address(name: SlotName): SlotAddress {
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

function outcomeOf({ name, names }: Answer): Outcome {
  return { err: name, stack: names };
}
