/** The model as a system that operations are played on. */
import { CapabilityModel, type Dump, type ModelOptions } from "../model/capabilities";
import { isTypeName } from "../model/object-types";
import type { CapabilitySystem, InitialCap, Operation, Outcome } from "./operation";

export class ModelSystem implements CapabilitySystem {
  readonly model: CapabilityModel;

  constructor(caps: readonly InitialCap[], options: ModelOptions = {}) {
    this.model = new CapabilityModel(options);
    for (const { slot, type, base, bytes } of caps) {
      if (!isTypeName(type)) throw new Error(`slot ${slot}: there is no type ${type}`);
      this.model.place(slot, { type, base, bytes });
    }
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
      case "identify":
        return model.identify(operation.slot);
    }
  }

  dump(): Dump {
    return this.model.dump();
  }
}
