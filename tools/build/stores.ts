/**
 * Makes each store compute its value before its address is translated.
 *
 * WebAssembly takes a store's address from the stack first, then the value, then checks both. A processor translates
 * the address when it stores. The instrumentation that sends accesses through the MMU wraps the address where it is
 * computed, before the value. If the value comes from a call that changes the page tables, the store would go to the
 * page's old place. So the two operands go into locals:
 *
 *     address            address
 *     value              value
 *     i32.store          local.set $value
 *                        local.set $address
 *                        local.get $address      the instrumentation translates here
 *                        local.get $value
 *                        i32.store
 *
 * WebAssembly defines this order itself, so no optimisation may change it.
 */
import { unsigned } from "./wasm-binary";
import {
  type FunctionBody,
  functionBodies,
  instructionsOf,
  Opcode,
  STORES,
  ValueType,
  withFunctionBodies,
} from "./wasm-code";

/** Locals that a function gets after its own: the address, then one value of each type. */
const SCRATCH = [ValueType.I32, ValueType.I32, ValueType.I64, ValueType.F32, ValueType.F64];

function local(opcode: Opcode, number: number): number[] {
  return [opcode, ...unsigned(number)];
}

function withValuesFirst(body: FunctionBody): FunctionBody {
  const address = body.locals.reduce((sum, { count }) => sum + count, body.parameters);
  const parts: Uint8Array[] = [];
  for (const { opcode, bytes } of instructionsOf(body.code)) {
    const store = STORES.get(opcode);
    if (store) {
      const value = address + SCRATCH.indexOf(store.value, 1);
      const operands = [
        ...local(Opcode.LOCAL_SET, value),
        ...local(Opcode.LOCAL_SET, address),
        ...local(Opcode.LOCAL_GET, address),
        ...local(Opcode.LOCAL_GET, value),
      ];
      parts.push(Uint8Array.from(operands));
    }
    parts.push(bytes);
  }
  const scratch = SCRATCH.map((type) => ({ count: 1, type }));
  return { ...body, locals: [...body.locals, ...scratch], code: Buffer.concat(parts) };
}

/** Puts the operands of each store into locals. Throws for instructions that the build does not know. */
export function withStoredValuesFirst(wasm: Uint8Array): Uint8Array {
  return withFunctionBodies(wasm, functionBodies(wasm).map(withValuesFirst));
}
