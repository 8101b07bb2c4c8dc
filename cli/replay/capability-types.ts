/** Capability types by name, as traces give them. */
import { ObjType, typeName } from "../../kpi/object-types";

export const typeNames: readonly string[] = Array.from({ length: ObjType.Num }, (_, type) => typeName(type));

/** The number of a type; the name must be one of `typeNames`. */
export function typeNumber(name: string): ObjType {
  return typeNames.indexOf(name) as ObjType;
}
