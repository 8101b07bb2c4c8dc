/**
 * Is the model a good witness? It must give the answers of the fixture traces, keep its own invariants under random
 * operations, and change nothing when it refuses.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { ModelSystem } from "../conformance/model-system";
import { OperationSource } from "../conformance/random-operation";
import { randomTrace } from "../conformance/random-trace";
import { describeDifferences, replay } from "../conformance/replay";
import { readTraces, zipTraces } from "../conformance/trace";
import type { CapabilityModel } from "./capabilities";
import { isCopy, isDescendant } from "./capability";
import { brokenInvariants } from "./invariants";
import { Random } from "./random";

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

/** Another seed plays other operations: SEED=17 npx vitest run tests/model */
const SEED = Number(process.env.SEED ?? 1);
const OPERATIONS = 1500;

const KEPT_TRACES = 30;
const KEPT_SEED = 7000;
const KEPT_OPERATIONS = 200;

describe("traces written by hand", () => {
  for (const trace of readTraces(fixture("traces-small.jsonl"))) {
    it(trace.title ?? `trace ${trace.number}`, () => {
      const differences = replay(trace, new ModelSystem(trace.caps));
      expect(differences, describeDifferences(differences)).toEqual([]);
    });
  }
});

describe("traces kept from the model itself", () => {
  const path = fixture("traces-model.jsonl.gz");
  // After a deliberate change of the model: WRITE_FIXTURES=1 npx vitest run tests/model
  if (process.env.WRITE_FIXTURES) {
    const traces = Array.from({ length: KEPT_TRACES }, (_, i) => randomTrace(i, KEPT_SEED + i, KEPT_OPERATIONS));
    writeFileSync(path, zipTraces(traces.flat()));
  }

  it("still get the same answers", () => {
    for (const trace of readTraces(path)) {
      const differences = replay(trace, new ModelSystem(trace.caps));
      expect(differences, `trace ${trace.number}\n${describeDifferences(differences)}`).toEqual([]);
    }
  });
});

function initialSystem(): ModelSystem {
  return new ModelSystem([
    { slot: 0, type: "RAM", base: 0x81000000, bytes: 64 << 20 },
    { slot: 1, type: "VNode_ARM_l1", base: 0x80100000, bytes: 16384 },
    { slot: 2, type: "PhysAddr", base: 0x88000000, bytes: 16 << 20 },
  ]);
}

describe(`random operations, seed ${SEED}`, () => {
  it("keep all invariants, and change nothing when they are refused", () => {
    const system = initialSystem();
    const source = new OperationSource(new Random(SEED), system.model);
    let before = system.model.snapshot();
    for (let i = 0; i < OPERATIONS; i++) {
      const operation = source.next();
      const { err } = system.perform(operation);
      const after = system.model.snapshot();
      const what = `operation ${i}: ${JSON.stringify(operation)} answered ${err}`;
      expect(brokenInvariants(system.model), what).toEqual([]);
      if (err !== "SYS_ERR_OK") expect(after === before, `${what}, yet changed something`).toBe(true);
      before = after;
    }
  });

  it("leave neither copies nor descendants after a revoke", () => {
    const system = initialSystem();
    const random = new Random(SEED + 1);
    const source = new OperationSource(random, system.model);
    const { space } = system.model;
    for (let i = 0; i < OPERATIONS; i++) {
      system.perform(source.next());
      if (i % 10 !== 0 || space.slots().length === 0) continue;
      const slot = random.pick(space.slots());
      system.model.revoke(slot);
      const target = space.at(slot)!;
      const relatives = space.where((cap) => isCopy(cap, target) || isDescendant(cap, target, space.at), slot);
      expect(relatives, `after operation ${i} and a revoke of slot ${slot}`).toEqual([]);
    }
  });
});

describe("objects that hold slots", () => {
  /** An L1CNode in slot 10 and an L2CNode in slot 11, each 16 KiB. */
  function withCNodes(): { model: CapabilityModel; l1: number; l2: number } {
    const { model } = initialSystem();
    model.retype({ src: 0, dst: 10, offset: 0, type: "L1CNode", objsize: 16384, count: 1 });
    model.retype({ src: 0, dst: 11, offset: 16384, type: "L2CNode", objsize: 16384, count: 1 });
    return { model, l1: 0x81000000, l2: 0x81004000 };
  }

  it("lose their contents with their last copy, and not before", () => {
    const { model, l2 } = withCNodes();
    expect(model.copy(2, { cnode: l2, index: 5 }).err).toBe("SYS_ERR_OK");
    model.copy(11, 12);
    model.delete(11);
    expect(model.space.at(l2 + 5 * 64)).toBeDefined();
    model.delete(12);
    expect(model.space.slots()).toEqual([0, 1, 2, 10]);
  });

  it("go when only a circle leads to them", () => {
    const { model, l1, l2 } = withCNodes();
    expect(model.copy(11, { cnode: l1, index: 0 }).err).toBe("SYS_ERR_OK");
    expect(model.copy(10, { cnode: l2, index: 2 }).err).toBe("SYS_ERR_OK");
    model.delete(11);
    expect(model.space.slots()).toEqual([0, 1, 2, 10, l1, l2 + 2 * 64]);
    model.delete(10);
    expect(model.space.slots()).toEqual([0, 1, 2]);
  });

  it("take page tables and mappings inside them along", () => {
    const { model, l2 } = withCNodes();
    model.retype({ src: 0, dst: { cnode: l2, index: 0 }, offset: 0x8000, type: "VNode_ARM_l2", objsize: 0, count: 1 });
    model.retype({ src: 0, dst: 20, offset: 0x9000, type: "Frame", objsize: 4096, count: 1 });
    model.map({ vnode: l2, src: 20, entry: 0, flags: 3, offset: 0, count: 1, mapping: 21 });
    model.map({ vnode: 1, src: l2, entry: 0, flags: 0, offset: 0, count: 1, mapping: 22 });
    model.delete(11);
    expect(model.space.at(21)?.mapping?.live).toBe(false);
    expect(model.space.at(22)).toBeUndefined();
    expect(model.tables.entries(0x80100000)).toEqual([]);
    expect(brokenInvariants(model)).toEqual([]);
  });

  it("take no other capabilities than a root may hold", () => {
    const { model, l1, l2 } = withCNodes();
    const root = { cnode: l1, index: 3 };
    expect(model.copy(0, root).err).toBe("SYS_ERR_DEST_TYPE_INVALID");
    expect(model.retype({ src: 0, dst: root, offset: 0x8000, type: "RAM", objsize: 4096, count: 1 }).err).toBe(
      "SYS_ERR_DEST_TYPE_INVALID",
    );
    expect(model.copy(0, { cnode: l2, index: 256 }).err).toBe("SYS_ERR_SLOTS_INVALID");
  });

  it("give their memory back when nobody else has it", () => {
    const { model, l1, l2 } = withCNodes();
    model.delete(0);
    expect(model.returned).toEqual([]);
    model.copy(11, { cnode: l1, index: 0 });
    model.delete(11);
    model.delete(10);
    expect(model.returned).toEqual([
      { base: l1, bytes: 16384 },
      { base: l2, bytes: 16384 },
    ]);
  });
});
