/**
 * Groups of capability types, one colour each. The colours are the tokens `--type-NAME` in `styles/tokens.css`; people
 * who do not see all colours can tell them apart.
 */
import { ObjType, typeIsCNode, typeIsMapping, typeIsVNode } from "../../system/kpi/object-types";

export const TYPE_CLASSES = [
  "none",
  "physaddr",
  "ram",
  "frame",
  "devframe",
  "mapping",
  "cnode",
  "vnode",
  "dispatcher",
  "endpoint",
  "kernel",
  "other",
] as const;

export type TypeClass = (typeof TYPE_CLASSES)[number];

export function typeClass(type: number): TypeClass {
  if (typeIsMapping(type)) return "mapping";
  if (typeIsCNode(type)) return "cnode";
  if (typeIsVNode(type)) return "vnode";
  switch (type) {
    case ObjType.Null:
      return "none";
    case ObjType.PhysAddr:
      return "physaddr";
    case ObjType.RAM:
      return "ram";
    case ObjType.Frame:
      return "frame";
    case ObjType.DevFrame:
      return "devframe";
    case ObjType.Dispatcher:
      return "dispatcher";
    case ObjType.EndPoint:
      return "endpoint";
    case ObjType.Kernel:
    case ObjType.KernelControlBlock:
      return "kernel";
    default:
      return "other";
  }
}
