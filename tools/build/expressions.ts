/** Walks the expressions of a module in binaryen's intermediate form. */
import binaryen from "binaryen";

/** Wrappers that change an expression in place. binaryen has them, but its type declarations do not. */
interface Mutators {
  Load: { setOffset(load: number, offset: number): void; setPtr(load: number, pointer: number): void };
  Store: { setOffset(store: number, offset: number): void; setPtr(store: number, pointer: number): void };
  Loop: { setBody(loop: number, body: number): void };
  Function: { setBody(func: number, body: number): void };
}

export const mutate = binaryen as unknown as Mutators;

const CHILD_FIELDS = ["condition", "ifTrue", "ifFalse", "body", "value", "ptr", "left", "right", "delta"] as const;
const CHILD_LIST_FIELDS = ["children", "operands"] as const;

/** Expressions without children. binaryen describes only some of them. */
const LEAVES = new Set([binaryen.NopId, binaryen.UnreachableId, binaryen.ConstId]);

function childrenOf(info: binaryen.ExpressionInfo): number[] {
  const fields = info as unknown as Record<string, unknown>;
  const children = CHILD_LIST_FIELDS.flatMap((field) => (fields[field] as number[] | undefined) ?? []);
  for (const field of CHILD_FIELDS) if (typeof fields[field] === "number") children.push(fields[field]);
  // For an indirect call, `target` is the expression of the table index; for a direct call, it is a name.
  if (info.id === binaryen.CallIndirectId) children.push(fields.target as number);
  return children.filter((child) => child !== 0);
}

/** Calls `visit` for each expression below `root` and for `root`, children first. Leaves out constants and the like. */
export function visitExpressions(
  root: number,
  visit: (expression: number, info: binaryen.ExpressionInfo) => void,
): void {
  if (LEAVES.has(binaryen.getExpressionId(root))) return;
  const info = binaryen.getExpressionInfo(root);
  for (const child of childrenOf(info)) visitExpressions(child, visit);
  visit(root, info);
}

/** The module's functions that have a body. */
export function definedFunctions(module: binaryen.Module): { func: number; info: binaryen.FunctionInfo }[] {
  return Array.from({ length: module.getNumFunctions() }, (_, index) => module.getFunctionByIndex(index))
    .map((func) => ({ func, info: binaryen.getFunctionInfo(func) }))
    .filter(({ info }) => info.body !== 0);
}
