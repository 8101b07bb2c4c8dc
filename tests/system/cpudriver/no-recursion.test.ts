/**
 * No function of the CPU driver can call itself, so its stack is bounded however deeply objects are nested. The test reads
 * the text of the built module, and assumes that an indirect call may go to every function in a table.
 */
import { readFileSync } from "node:fs";
import binaryen from "binaryen";
import { expect, it } from "vitest";

function functionTexts(): Map<string, string> {
  const module = binaryen.readBinary(readFileSync(new URL("../../../dist/cpudriver.wasm", import.meta.url)));
  const text = module.emitText();
  module.dispose();
  const texts = text.split(/^ (?=\(func )/m).slice(1);
  return new Map(texts.map((body) => [/^\(func \$([^\s)]+)/.exec(body)?.[1] ?? "", body]));
}

/** Names of the functions in tables. */
function inTables(texts: Map<string, string>): string[] {
  const module = binaryen.readBinary(readFileSync(new URL("../../../dist/cpudriver.wasm", import.meta.url)));
  const segments = Array.from({ length: module.getNumElementSegments() }, (_, index) =>
    binaryen.getElementSegmentInfo(module.getElementSegmentByIndex(index)),
  );
  module.dispose();
  return segments.flatMap(({ data }) => data).filter((name) => texts.has(name));
}

function callGraph(): Map<string, string[]> {
  const texts = functionTexts();
  const indirect = inTables(texts);
  return new Map(
    [...texts].map(([name, body]) => {
      const direct = [...body.matchAll(/\((?:return_)?call \$([^\s)]+)/g)].map((match) => match[1] as string);
      return [
        name,
        [...new Set([...direct, ...(/call_indirect/.test(body) ? indirect : [])])].filter((f) => texts.has(f)),
      ];
    }),
  );
}

/** The longest chain of calls that begins with a function. Throws if there is recursion. */
function longestChain(
  graph: Map<string, string[]>,
  from: string,
  callers: string[],
  known: Map<string, string[]>,
): string[] {
  if (callers.includes(from)) throw new Error(`recursion: ${[...callers, from].join(" > ")}`);
  const before = known.get(from);
  if (before) return before;
  const below = (graph.get(from) ?? []).map((callee) => longestChain(graph, callee, [...callers, from], known));
  const chain = [from, ...below.reduce((longest, next) => (next.length > longest.length ? next : longest), [])];
  known.set(from, chain);
  return chain;
}

it("no function of the CPU driver calls itself, directly or through others", () => {
  const graph = callGraph();
  expect(graph.size).toBeGreaterThan(50);
  const known = new Map<string, string[]>();
  const chains = [...graph.keys()].map((name) => longestChain(graph, name, [], known));
  const deepest = chains.reduce((longest, next) => (next.length > longest.length ? next : longest));
  console.log(`${graph.size} functions; deepest chain of calls, ${deepest.length}: ${deepest.join(" > ")}`);
  expect(deepest.length).toBeLessThan(20);
});

it("the search finds recursion", () => {
  const circle = new Map([
    ["a", ["b"]],
    ["b", ["c"]],
    ["c", ["a"]],
  ]);
  expect(() => longestChain(circle, "a", [], new Map())).toThrow("recursion: a > b > c > a");
});
