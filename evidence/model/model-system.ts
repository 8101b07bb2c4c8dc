/** The model behind the interface of a system that can replay operations. */
import type { Operation, Outcome } from "../../observe/traces/operation";
import type { Dump, Setting, TraceSystem } from "../../observe/traces/trace";
import { CapabilityModel } from "./capabilities";
import { L2_SLOTS } from "./cspace";
import { isTypeName } from "./object-types";

export class ModelSystem implements TraceSystem {
  readonly model: CapabilityModel;

  /** Starts in the state of a setting, or in that of another model. */
  constructor(beginning: Pick<Setting, "caps" | "slots" | "memory"> | CapabilityModel) {
    this.model = beginning instanceof CapabilityModel ? beginning : placeAll(beginning);
  }

  clone(): ModelSystem {
    return new ModelSystem(this.model.clone());
  }

  /** False after an operation has deleted the driver's own CSpace. Then no further operation is possible. */
  get hasDriver(): boolean {
    return this.model.space.driverRoot !== undefined;
  }

  perform(operation: Operation): Outcome {
    const { model } = this;
    switch (operation.op) {
      case "retype":
        return model.retype(operation);
      case "copy":
        return model.copy(operation.src, operation.dst);
      case "mint":
        return model.mint(operation.src, operation.dst, operation.param1, operation.param2);
      case "delete":
        return model.delete(operation.slot);
      case "revoke":
        return model.revoke(operation.slot);
      case "map":
        return model.map(operation);
      case "unmap":
        return model.unmap(operation.vnode, operation.mapping);
      case "modify":
        return model.modify(operation.mapping, operation.offset, operation.pages, operation.flags);
      case "destroy":
        return model.destroy(operation.mapping);
      case "create":
        return model.create(operation.type, operation.dst);
      case "setup":
        return model.setup(operation);
      case "resize":
        return model.resize(operation);
      case "identify":
        return model.identify(operation.slot);
    }
  }

  dump(): Dump {
    return this.model.dump();
  }
}

function placeAll({ caps, slots, memory }: Pick<Setting, "caps" | "slots" | "memory">): CapabilityModel {
  const model = CapabilityModel.create(slots / L2_SLOTS, memory);
  for (const { slot, type, base, bytes } of caps) {
    if (!isTypeName(type)) throw new Error(`slot ${slot}: there is no type ${type}`);
    model.place(slot, { type, base, bytes });
  }
  return model;
}
