import { ObjType } from "../../../system/kpi/object-types";
import type { ReadingExercise, Verdict } from "../exercise";
import { type Held, parseAnswer, type RecordedRun } from "./recorded-run";
import { address, questionAbout, slotText } from "./texts";

const PAGE = 4096;

const isMemory = ({ capability: { type } }: Held): boolean => type === ObjType.RAM || type === ObjType.Frame;
const keyOf = ({ slot, capability: { base, bytes } }: Held): string => `${slot} ${base} ${bytes}`;

/** The piece that exists after the last call, and did not exist before the first one. */
function leaked(run: RecordedRun): { held: Held; call: number } {
  const before = new Set(
    run
      .held(run.from - 1)
      .filter(isMemory)
      .map(keyOf),
  );
  const left = run.held(run.to).filter((held) => isMemory(held) && !before.has(keyOf(held)));
  const [held] = left;
  if (!held || left.length !== 1) throw new Error(`the recording has ${left.length} pieces that are not freed`);
  const filled = run.transitions((call) => run.held(call).some((each) => keyOf(each) === keyOf(held)));
  return { held, call: filled.at(-1)?.call ?? run.from };
}

/** The piece whose memory holds an address after some call of the question, and the call that freed it. */
function freedPiece(run: RecordedRun, matches: (held: Held) => boolean): { held: Held; call: number } | null {
  let present: Held | null = null;
  for (let call = run.from; call <= run.to; call++) {
    const found: Held | undefined = run
      .held(call)
      .find((held) => isMemory(held) && held.capability.bytes <= 16 * PAGE && matches(held));
    if (present && !found) return { held: present, call };
    present = found ?? null;
  }
  return null;
}

export const leakExercise: ReadingExercise = {
  kind: "read",
  id: "leak",
  title: "Find the leak in this recording",
  step: "free",
  learn:
    "Memory is lost when nobody frees it. A recording shows for each piece which call made it and which one deleted it.",
  answer: "the piece's address (0x...), its slot (0x...), or the number of the call that made it",
  question(run) {
    const { held, call: made } = leaked(run);
    const { slot, capability } = held;
    const { base, bytes, typeName } = capability;
    const right = `Call ${made} puts the ${typeName} of ${address(base)} into slot ${slotText(slot)}, and no later call deletes it.`;
    const judge = (text: string): Verdict => {
      const answer = parseAnswer(text);
      if (!answer)
        return {
          ok: false,
          says: "Answer with an address such as 0x80341000, a slot such as 0x702, or the number of a call.",
        };
      if ("address" in answer) {
        const { address: asked } = answer;
        const isRight = asked === slot || (asked >= base && asked < base + bytes);
        if (isRight) return { ok: true, says: right };
        const isSlot = asked < 0x80000000;
        const freed = freedPiece(run, ({ slot: other, capability: { base: start, bytes: size } }) =>
          isSlot ? other === asked : asked >= start && asked < start + size,
        );
        if (!freed)
          return { ok: false, says: `No piece of these calls is at ${isSlot ? slotText(asked) : address(asked)}.` };
        return {
          ok: false,
          says: `That piece is freed. ${run.describe(freed.call)} Look for one that no call deletes.`,
        };
      }
      const { call } = answer;
      if (call === made) return { ok: true, says: right };
      const outside = run.outOfRange(call);
      if (outside !== null) return { ok: false, says: outside };
      const { changes } = run.traced(call);
      const makesSame = changes.some(
        (change) => change.what === "filled" && "capability" in change && change.capability.base === base,
      );
      if (makesSame)
        return {
          ok: false,
          says: `${run.describe(call)} It made a capability of that memory, but another call made the one that stays.`,
        };
      return {
        ok: false,
        says: `${run.describe(call)} Look for a call that makes a capability which no later call deletes.`,
      };
    };
    return questionAbout(
      run,
      [
        "The program allocates pieces of memory, as RAM and as Frames, and frees them. It forgets one of them. Which one is never freed?",
        "An allocation is a retype from the capability of the region into a new slot. A Frame is made from RAM, whose own capability is then " +
          "deleted. Write down which slots are filled and which are emptied: one stays.",
      ],
      judge,
    );
  },
};
