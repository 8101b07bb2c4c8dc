import { SYS_ERR_REVOKE_FIRST } from "../../../system/kpi/errno";
import type { ReadingExercise, Verdict } from "../exercise";
import { type Held, parseAnswer, type RecordedRun } from "./recorded-run";
import { address, questionAbout, slotText } from "./texts";

/** The retype that the CPU driver refused. */
function refused(run: RecordedRun): { call: number; base: number; bytes: number; source: number } {
  for (let call = run.to; call >= run.from; call--) {
    const traced = run.traced(call);
    if (traced.answer?.code !== SYS_ERR_REVOKE_FIRST) continue;
    const argument = (name: string) => traced.arguments.find((each) => each.name === name)?.value;
    const [source, offset, size] = [argument("source"), argument("offset"), argument("size")];
    if (source?.is !== "slot" || offset?.is !== "offset" || size?.is !== "bytes") break;
    return {
      call,
      base: (source.slot.holds?.base ?? 0) + offset.bytes,
      bytes: size.bytes,
      source: source.slot.address,
    };
  }
  throw new Error("the recording of the exercise has no refused retype");
}

export const retypeExercise: ReadingExercise = {
  kind: "read",
  id: "retype",
  title: "Which capability keeps this page from being retyped?",
  step: "regions",
  learn:
    "Memory can be retyped only while no capability lies in it. The slots may lie anywhere: the mapping database knows them.",
  answer: "the address of a slot (0x...)",
  question(run) {
    const { call, base, bytes, source } = refused(run);
    const inside = ({ capability: { base: start, bytes: size } }: Held): boolean =>
      size > 0 && start >= base && start + size <= base + bytes;
    const blocking = run.held(call - 1).filter(inside);
    const [held] = blocking;
    if (!held || blocking.length !== 1) throw new Error(`${blocking.length} capabilities lie in the page`);
    const judge = (text: string): Verdict => {
      const answer = parseAnswer(text);
      if (!answer || !("address" in answer))
        return { ok: false, says: "Answer with the address of a slot, in hexadecimal, such as 0x702." };
      const { address: slot } = answer;
      if (slot === held.slot)
        return {
          ok: true,
          says: `Slot ${slotText(slot)} holds the ${held.capability.typeName} of ${address(base)}. It must be deleted or revoked first.`,
        };
      if (slot === source)
        return { ok: false, says: "That is the source of the retype. An ancestor is not in the way; a descendant is." };
      if (slot >= base && slot < base + bytes)
        return {
          ok: false,
          says: "That is the page. Which slot holds a capability of it? Answer with the slot's address.",
        };
      const present = run.heldIn(slot, call - 1);
      if (present)
        return {
          ok: false,
          says: `Slot ${slotText(slot)} holds the ${present.typeName} of ${address(present.base)}, which does not lie in the page ${address(base)}.`,
        };
      let was = 0;
      for (let earlier = run.from; earlier < call; earlier++) {
        if (run.held(earlier).some((each) => each.slot === slot && inside(each))) was = earlier;
      }
      if (was > 0)
        return {
          ok: false,
          says: `Slot ${slotText(slot)} held a capability of the page, but call ${was + 1} emptied it. Where did a copy go before that?`,
        };
      return { ok: false, says: `Slot ${slotText(slot)} is empty before call ${call}.` };
    };
    return questionAbout(
      run,
      [
        `Call ${call} retypes the page ${address(base)}, and the CPU driver refuses it with SYS_ERR_REVOKE_FIRST: some capability lies in that page. ` +
          "In which slot is it?",
        "Capabilities are copied from slot to slot, and the originals are deleted. Follow them, or look at the mapping database before the call.",
      ],
      judge,
    );
  },
};
