/**
 * Adds the constant offset of each load and store to its pointer.
 *
 * The MMU replaces the pointer with a pointer into DRAM. If the offset were added after that, a large offset on a page
 * at a low physical address would need a negative pointer, which WebAssembly does not have.
 */
import binaryen from "binaryen";
import { definedFunctions, mutate, visitExpressions } from "./expressions";

export function foldOffsets(module: binaryen.Module): void {
  const fold = (kind: "Load" | "Store", access: number, { offset, ptr }: { offset: number; ptr: number }) => {
    if (offset === 0) return;
    mutate[kind].setPtr(access, module.i32.add(ptr, module.i32.const(offset)));
    mutate[kind].setOffset(access, 0);
  };
  for (const { info } of definedFunctions(module)) {
    visitExpressions(info.body, (expression, { id, ...rest }) => {
      if (id === binaryen.LoadId) fold("Load", expression, rest as unknown as binaryen.LoadInfo);
      if (id === binaryen.StoreId) fold("Store", expression, rest as unknown as binaryen.StoreInfo);
    });
  }
}
