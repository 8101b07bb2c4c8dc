/** Names of capability types, as used in traces. */
import { ObjType, typeName } from "../../system/kpi/object-types";
import type { TypeWord } from "./operation";

export const typeNames: readonly string[] = Array.from({ length: ObjType.Num }, (_, type) => typeName(type));

/** The number of a type. A name must be one of `typeNames`. */
export function typeNumber(type: TypeWord): number {
  return typeof type === "number" ? type : typeNames.indexOf(type);
}
