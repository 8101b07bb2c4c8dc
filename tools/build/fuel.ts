/**
 * Adds the timer of the hosted machine. Code that can run for ever pays one unit of fuel at each turn. When the fuel is
 * used up, the host can stop the program (import "hw"."timerTick"). Fuel changes nothing else, so runs stay
 * reproducible.
 *
 * Two kinds of code can run for ever: loops, and functions that call themselves, directly or through others.
 */
import binaryen from "binaryen";
import { definedFunctions, mutate, visitExpressions } from "./expressions";

/** Turns between two checks of the clock. This takes some milliseconds. */
const TURNS_PER_TICK = 1 << 20;

const FUEL = "fuel";
const TIMER_TICK = "timerTick";
const REFUEL = "refuel";

export function addFuel(module: binaryen.Module): void {
  const functions = definedFunctions(module);
  const recursive = recursiveFunctions(module, functions);
  declareTimer(module);
  for (const { func, info } of functions) {
    visitExpressions(info.body, (expression, { id, ...loop }) => {
      if (id !== binaryen.LoopId) return;
      const { body } = loop as unknown as binaryen.LoopInfo;
      mutate.Loop.setBody(expression, payFirst(module, body));
    });
    if (recursive.has(info.name)) mutate.Function.setBody(func, payFirst(module, info.body));
  }
}

function declareTimer(module: binaryen.Module): void {
  const { i32 } = module;
  module.addFunctionImport(TIMER_TICK, "hw", "timerTick", binaryen.none, binaryen.none);
  module.addGlobal(FUEL, binaryen.i32, true, i32.const(TURNS_PER_TICK));
  const refill = module.block(null, [
    module.global.set(FUEL, i32.const(TURNS_PER_TICK)),
    module.call(TIMER_TICK, [], binaryen.none),
  ]);
  module.addFunction(REFUEL, binaryen.none, binaryen.none, [], refill);
}

function payFirst(module: binaryen.Module, body: number): number {
  const { i32 } = module;
  const left = () => module.global.get(FUEL, binaryen.i32);
  const pay = module.global.set(FUEL, i32.sub(left(), i32.const(1)));
  const check = module.if(i32.eqz(left()), module.call(REFUEL, [], binaryen.none));
  return module.block(null, [pay, check, body], binaryen.getExpressionType(body));
}

/** Names of the functions that can reach themselves. An indirect call may reach every function in a table. */
function recursiveFunctions(module: binaryen.Module, functions: { info: binaryen.FunctionInfo }[]): Set<string> {
  const inTables = Array.from({ length: module.getNumElementSegments() }, (_, index) =>
    binaryen.getElementSegmentInfo(module.getElementSegmentByIndex(index)),
  ).flatMap((segment) => segment.data);
  const callees = new Map<string, Set<string>>();
  for (const { info } of functions) {
    const called = new Set<string>();
    visitExpressions(info.body, (_, { id, ...call }) => {
      if (id === binaryen.CallId) called.add((call as unknown as binaryen.CallInfo).target);
      if (id === binaryen.CallIndirectId) for (const name of inTables) called.add(name);
    });
    callees.set(info.name, called);
  }
  const reaches = (from: string): Set<string> => {
    const seen = new Set<string>();
    const queue = [from];
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      for (const callee of callees.get(name) ?? []) {
        if (!seen.has(callee)) queue.push(callee);
        seen.add(callee);
      }
    }
    return seen;
  };
  return new Set([...callees.keys()].filter((name) => reaches(name).has(name)));
}
