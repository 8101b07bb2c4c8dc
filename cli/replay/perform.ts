/** Carries out an operation of a trace by a system call. */

import { typeName } from "../../kpi/object-types";
import type { Answer } from "../../machine/direct/answer";
import { typeNumber } from "./capability-types";
import type { Operation, Outcome } from "./trace";
import type { TraceSpace } from "./trace-space";

export function perform(space: TraceSpace, operation: Operation): Outcome {
  if (operation.op !== "identify") return outcomeOf(answerTo(space, operation));
  const { answer, identity } = space.identify(operation.slot);
  if (!identity) return outcomeOf(answer);
  return { ...outcomeOf(answer), identity: { ...identity, type: typeName(identity.type) } };
}

function outcomeOf({ names, name }: Answer): Outcome {
  return names.length > 1 ? { err: name, stack: names } : { err: name };
}

function answerTo(space: TraceSpace, operation: Exclude<Operation, { op: "identify" }>): Answer {
  const { calls } = space;
  switch (operation.op) {
    case "retype":
      return calls.retype({
        source: space.address(operation.src),
        offset: operation.offset,
        type: typeNumber(operation.type),
        objectSize: operation.objsize,
        count: operation.count,
        to: space.place(operation.dst),
      });
    case "copy":
      return calls.copy(space.address(operation.src), space.place(operation.dst));
    case "mint": {
      const { src, dst, param1, param2 } = operation;
      return calls.mint(space.address(src), space.place(dst), [param1, param2]);
    }
    case "delete":
      return calls.delete(space.address(operation.slot));
    case "revoke":
      return calls.revoke(space.address(operation.slot));
    case "map": {
      const { vnode, src, entry, flags, offset, count, mapping } = operation;
      const [table, source] = [space.address(vnode), space.address(src)];
      return calls.map({ table, source, entry, flags, offset, count, mapping: space.place(mapping) });
    }
    case "unmap":
      return calls.unmap(space.address(operation.vnode), space.address(operation.mapping));
    case "modify": {
      const { mapping, offset, pages, flags } = operation;
      return calls.modify({ mapping: space.address(mapping), offset, pages, flags });
    }
    case "destroy":
      return calls.destroyMapping(space.address(operation.mapping));
  }
}
