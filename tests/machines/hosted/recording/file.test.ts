/** A recording in a file: it has everything that it had before, and a file that is no whole recording is refused. */
import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { withMemory } from "../../../../machines/boards/board";
import { pandaboardEs } from "../../../../machines/boards/pandaboard-es";
import { loadRecordableImages, readRecorder } from "../../../../machines/hosted/node/load-images";
import { type CallMoment, Recording, RecordingError } from "../../../../machines/hosted/recording/recording";
import { fc } from "../../../support/property";

const board = withMemory(pandaboardEs, 16 << 20);
const { images, initElf } = loadRecordableImages();
const FIRST_LINE = "typefish recording 2\n";

function recordScenario(logBytes?: number): Recording {
  return Recording.record({ board, images, modules: [{ string: "SCENARIO=T01 init", elf: initElf }], logBytes });
}

function open(file: Uint8Array): Promise<Recording> {
  return Recording.open(file, readRecorder());
}

/** Everything that a recording shows at a moment. */
function shown(recording: Recording, moment: CallMoment) {
  recording.goTo(moment);
  const hash = createHash("sha256");
  for (const view of [recording.dram, recording.machinePage]) {
    hash.update(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  }
  return {
    memory: hash.digest("hex"),
    globals: recording.globals(),
    console: recording.consoleAt(moment),
    ages: recording.lastChange().slice(),
    changes: recording.changes(moment.call),
    call: recording.call(moment.call),
  };
}

describe("a saved recording", () => {
  const recording = recordScenario();
  let file: Uint8Array;
  let opened: Recording;
  beforeAll(async () => {
    recording.goTo({ call: 100, at: "exit" });
    file = await recording.save();
    opened = await open(file);
  });

  it("leaves memory where it was", () => {
    expect(recording.moment).toEqual({ call: 100, at: "exit" });
  });

  it("shows the same at every moment", () => {
    for (const key of ["calls", "result", "console", "window", "end", "kernelState", "domainState"] as const) {
      expect(opened[key]).toEqual(recording[key]);
    }
    for (const call of [1, 99, 100, recording.calls - 1, 57]) {
      const moment = { call, at: "exit" } as const;
      expect(shown(opened, moment)).toEqual(shown(recording, moment));
    }
  });

  it("contains what running again needs", () => {
    expect(opened.stackAt(100)).toEqual(recording.stackAt(100));
    expect(opened.stackAt(100).length).toBeGreaterThan(3);
    const whole = opened.window;
    opened.recordFrom(50);
    expect(opened.window).toEqual({ first: 50, last: whole.last });
    opened.goTo({ call: 10, at: "entry" });
    expect(opened.window.first).toBeLessThanOrEqual(10);
  });

  it("has the window that it had", async () => {
    const small = recordScenario(50_000);
    expect(small.window.first).toBeGreaterThan(1);
    const again = await open(await small.save());
    expect(again.window).toEqual(small.window);
    expect(again.moment).toEqual({ call: small.window.first, at: "exit" });
    const moment = { call: small.window.last - 5, at: "exit" } as const;
    expect(shown(again, moment)).toEqual(shown(small, moment));
  });

  it("is refused in one sentence if it is another file, or of another version", async () => {
    const text = new TextEncoder();
    for (const other of ["", "hello\n", "\0\0\0\0", "x".repeat(100)]) {
      await expect(open(text.encode(other))).rejects.toThrow(/^it is not a recording of typefish$/);
    }
    await expect(open(text.encode("typefish recording 7\n..."))).rejects.toThrow(
      /^it is a recording of version 7, and this typefish reads versions 1 to 2$/,
    );
  });

  it("is refused if it is cut off or changed anywhere", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: FIRST_LINE.length, max: file.length - 1 }),
        fc.boolean(),
        async (at, isCut) => {
          const broken = isCut ? file.subarray(0, at) : file.with(at, (file[at] as number) ^ 0x10);
          // The gzip header has bytes without a meaning, such as a time.
          if (!isCut && at < FIRST_LINE.length + 10) return;
          await expect(open(broken)).rejects.toThrow(RecordingError);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("is refused if its contents do not fit together", async () => {
    const body = gunzipSync(file.subarray(FIRST_LINE.length));
    const length = body.readUInt32LE(0);
    const header = JSON.parse(body.toString("utf8", 4, 4 + length));
    const packed = (changed: unknown, rest = body.subarray(4 + length)) => {
      const json = Buffer.from(JSON.stringify(changed));
      const size = Buffer.alloc(4);
      size.writeUInt32LE(json.length);
      return Buffer.concat([Buffer.from(FIRST_LINE), gzipSync(Buffer.concat([size, json, rest]))]);
    };
    await expect(open(packed(header))).resolves.toBeInstanceOf(Recording);
    const changedFacts = (changes: object) => ({ ...header, facts: { ...header.facts, ...changes } });
    const wrong: unknown[] = [
      null,
      {},
      { ...header, facts: null },
      { ...header, blocks: header.blocks.slice(1) },
      changedFacts({ calls: header.facts.calls + 1 }),
      changedFacts({ board: { ...board, dram: { base: 0x80000000, bytes: 2 ** 31 } } }),
      changedFacts({ board: { ...board, dram: { base: 0x80000000, bytes: 1 << 20 } } }),
      changedFacts({ console: [{ call: 1 }] }),
      changedFacts({ from: 1 }),
    ];
    for (const each of wrong) await expect(open(packed(each))).rejects.toThrow(/^the recording is damaged: /);
    await expect(open(packed(header, body.subarray(4 + length, body.length - 1)))).rejects.toThrow(RecordingError);
  });
});
