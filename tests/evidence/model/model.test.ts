/**
 * Tests of the model itself. It must give the answers of the fixture traces, keep its own invariants under random
 * operations, and change nothing when it refuses.
 */
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { CapabilityModel } from "../../../evidence/model/capabilities";
import { isCopy, isDescendant } from "../../../evidence/model/capability";
import { brokenInvariants } from "../../../evidence/model/invariants";
import { ModelSystem } from "../../../evidence/model/model-system";
import { Random } from "../../../evidence/model/random";
import { OperationSource } from "../../../evidence/model/random-operation";
import { randomTrace } from "../../../evidence/model/random-trace";
import { readTraces, writeLines } from "../../../observe/traces/file";
import { playTrace } from "../../../observe/traces/play";
import { SEED } from "../../support/seed";

const fixture = (name: string): string => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));

const OPERATIONS = 1500;

const KEPT_TRACES = 30;
const KEPT_SEED = 7000;
const KEPT_OPERATIONS = 200;

describe("traces written by hand", () => {
  const traces = ["traces-small.jsonl", "traces-rules.jsonl"].flatMap((name) => [...readTraces(fixture(name))]);
  it.each(traces.map((trace) => [trace.header.title, trace] as const))("%s", (_, trace) => {
    expect(playTrace(trace, new ModelSystem(trace.header)).differences).toEqual([]);
  });
});

describe("traces kept from the model itself", () => {
  const path = fixture("traces-model.jsonl.gz");
  // After a deliberate change of the model: WRITE_FIXTURES=1 npx vitest run tests/evidence/model
  if (process.env.WRITE_FIXTURES) {
    const traces = Array.from({ length: KEPT_TRACES }, (_, i) => randomTrace(i, KEPT_SEED + i, KEPT_OPERATIONS));
    writeLines(path, traces.flat());
  }

  it("still get the same answers", () => {
    for (const trace of readTraces(path)) {
      expect(playTrace(trace, new ModelSystem(trace.header)).differences).toEqual([]);
    }
  });
});

function initialSystem(): ModelSystem {
  const caps = [
    { slot: 0, type: "RAM", base: 0x81000000, bytes: 64 << 20 },
    { slot: 1, type: "VNode_ARM_l1", base: 0x80100000, bytes: 16384 },
    { slot: 2, type: "PhysAddr", base: 0x88000000, bytes: 16 << 20 },
  ];
  return new ModelSystem({ caps, slots: 1024 });
}

describe(`random operations, seed ${SEED}`, () => {
  it("keep all invariants, and change nothing when they are refused", () => {
    const system = initialSystem();
    const source = new OperationSource(new Random(SEED), system);
    let before = system.model.snapshot();
    for (let i = 0; i < OPERATIONS; i++) {
      const { operation, outcome } = source.play();
      const { err } = outcome;
      const after = system.model.snapshot();
      const what = `operation ${i}: ${JSON.stringify(operation)} answered ${err}`;
      expect(brokenInvariants(system.model), what).toEqual([]);
      if (err !== "SYS_ERR_OK") expect(after === before, `${what}, yet changed something`).toBe(true);
      before = after;
    }
  });

  it("leave neither copies nor descendants of a revoked capability", () => {
    const system = initialSystem();
    const random = new Random(SEED + 1);
    const source = new OperationSource(random, system);
    const { space } = system.model;
    for (let i = 0; i < OPERATIONS; i++) {
      source.play();
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
  const L1 = 0x81000000;
  const L2 = 0x81004000;

  /** An L1CNode in slot 10, and an L2CNode in slot 11 and in entry 40 of the driver's root. */
  function withCNodes(): CapabilityModel {
    const { model } = initialSystem();
    model.retype({ src: 0, dst: 10, offset: 0, type: "L1CNode", objsize: 16384, count: 1 });
    model.retype({ src: 0, dst: 11, offset: 16384, type: "L2CNode", objsize: 16384, count: 1 });
    expect(model.copy(11, { cnode: 40 }).err).toBe("SYS_ERR_OK");
    return model;
  }

  it("lose their contents when their last copy is deleted, and not before", () => {
    const model = withCNodes();
    expect(model.copy(2, { cnode: 40, slot: 5 }).err).toBe("SYS_ERR_OK");
    model.delete(11);
    expect(model.space.at(L2 + 5 * 64)).toBeDefined();
    model.delete({ cnode: 40 });
    expect(model.space.slots()).toEqual([0, 1, 2, 10]);
  });

  it("are deleted when they are reachable only from themselves", () => {
    const model = withCNodes();
    expect(model.copy(11, { root: 10, cnode: 0 }).err).toBe("SYS_ERR_OK");
    expect(model.copy(10, { root: 10, cnode: 0, slot: 2 }).err).toBe("SYS_ERR_OK");
    model.delete(11);
    model.delete({ cnode: 40 });
    expect(model.space.slots()).toEqual([0, 1, 2, 10, L1, L2 + 2 * 64]);
    model.delete(10);
    expect(model.space.slots()).toEqual([0, 1, 2]);
  });

  it("delete the page tables and mappings inside them", () => {
    const model = withCNodes();
    const table = { cnode: 40, slot: 0 };
    model.retype({ src: 0, dst: table, offset: 0x8000, type: "VNode_ARM_l2", objsize: 0, count: 1 });
    model.retype({ src: 0, dst: 20, offset: 0x9000, type: "Frame", objsize: 4096, count: 1 });
    model.map({ vnode: table, src: 20, entry: 0, flags: 3, offset: 0, count: 1, mapping: 21 });
    model.map({ vnode: 1, src: table, entry: 0, flags: 0, offset: 0, count: 1, mapping: 22 });
    model.delete(11);
    model.delete({ cnode: 40 });
    expect(model.space.at(21)?.mapping?.live).toBe(false);
    expect(model.space.at(22)).toBeUndefined();
    expect(model.tables.entries(0x80100000)).toEqual([]);
    expect(brokenInvariants(model)).toEqual([]);
  });

  it("refuse capabilities that a root may not hold", () => {
    const model = withCNodes();
    const root = { root: 10, cnode: 3 };
    expect(model.copy(0, root).err).toBe("SYS_ERR_DEST_TYPE_INVALID");
    expect(model.retype({ src: 0, dst: root, offset: 0x8000, type: "RAM", objsize: 4096, count: 1 }).err).toBe(
      "SYS_ERR_DEST_TYPE_INVALID",
    );
    expect(model.copy(0, { cnode: 40, slot: 256 }).err).toBe("SYS_ERR_SLOTS_INVALID");
  });

  it("give their memory back when no other capability covers it", () => {
    const model = withCNodes();
    model.delete(0);
    expect(model.returned).toEqual([]);
    model.copy(11, { root: 10, cnode: 0 });
    model.delete(11);
    model.delete({ cnode: 40 });
    model.delete(10);
    expect(model.returned).toEqual([
      { base: L1, bytes: 16384 },
      { base: L2, bytes: 16384 },
    ]);
  });

  it("stay alive as long as a running dispatcher uses them", () => {
    const model = withCNodes();
    model.copy(11, { root: 10, cnode: 0 });
    model.delete({ cnode: 40 });
    model.retype({ src: 0, dst: 12, offset: 0x8000, type: "Dispatcher", objsize: 0, count: 1 });
    model.retype({ src: 0, dst: 13, offset: 0x40000, type: "Frame", objsize: 0x40000, count: 1 });
    for (const [from, slot] of [
      [1, 3],
      [13, 1],
      [12, 2],
    ] as const)
      model.copy(from, { root: 10, cnode: 0, slot });
    const request = { dispatcher: 12, cspace: 10, vspace: [0, 3], frame: [0, 1], run: true, other: null } as const;
    expect(model.setup(request).err).toBe("SYS_ERR_OK");
    const held = model.space.slots().length;
    for (const slot of [10, 11, 12]) expect(model.delete(slot).err).toBe("SYS_ERR_OK");
    expect(model.space.slots()).toHaveLength(held - 3);
    expect(model.revoke(13).err, "the dispatcher stops").toBe("SYS_ERR_OK");
    expect(model.space.slots()).toEqual([0, 1, 2, 13]);
    expect(model.revoke(0).err).toBe("SYS_ERR_OK");
    expect(model.space.slots()).toEqual([0, 1, 2]);
  });
});
