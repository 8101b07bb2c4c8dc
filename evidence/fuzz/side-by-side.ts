/**
 * Runs model and machine side by side from the same initial state.
 *
 * After each operation, both must have given the same answer and be in the same state, and the machine must satisfy all
 * conditions that must always hold. From time to time, and at the end, the consequences of the state (relations and
 * translations) are compared as well.
 */
import { pandaboardEs } from "../../machines/boards/pandaboard-es";
import { type DirectImages, DirectMachine } from "../../machines/hosted/direct/direct-machine";
import { loadSystemImages } from "../../machines/hosted/node/load-images";
import { auditTranslations } from "../../observe/audit/translations";
import { describeRow } from "../../observe/traces/compare";
import { MachineSystem } from "../../observe/traces/machine/system";
import { addressText, type Operation, type Outcome, slotText } from "../../observe/traces/operation";
import { SystemEnded } from "../../observe/traces/play";
import type { Dump, InitialCap, Setting } from "../../observe/traces/trace";
import { buildAccess } from "../harness/modules";
import { UserAccess } from "../harness/user-access";
import { brokenInvariants } from "../model/invariants";
import { ModelSystem } from "../model/model-system";
import { Random } from "../model/random";
import { type Kind, OperationSource, type Played, playOnModel } from "../model/random-operation";
import type { Player } from "./commands";
import { FilledTlb } from "./filled-tlb";
import { lookAt, machineState, unownedEntries } from "./machine-state";
import { compareStates, modelState } from "./state";
import { compareTranslations } from "./translation";

/** Operations between two checks that take longer. */
const DEEP_CHECK_EVERY = 100;
const TRANSLATION_SAMPLES = 8;

const SLOTS = 1024;
const DRAM = { base: 0x81000000, bytes: 64 << 20 };
const MEMORY_BEHIND = { base: 0x88000000, bytes: 16 << 20 };
const DEVICES = { base: 0x48000000, bytes: 16 << 20 };
/** Reserved in the memory map, and outside DRAM. */
const NO_MEMORY = { base: 0xc8000000, bytes: 16 << 20 };

/** The initial state of a round: memory, an L1 table, and memory or devices of another kind. */
export function settingOf(seed: number): Setting {
  const third: InitialCap = new Random(seed ^ 0x5e771e).pick([
    { slot: 2, type: "DevFrame", ...DEVICES },
    { slot: 2, type: "PhysAddr", ...MEMORY_BEHIND },
    { slot: 2, type: "PhysAddr", ...NO_MEMORY },
  ]);
  return {
    dram: DRAM,
    memory: pandaboardEs.dram,
    slots: SLOTS,
    caps: [{ slot: 0, type: "RAM", ...DRAM }, { slot: 1, type: "VNode_ARM_l1", base: 0x80100000, bytes: 16384 }, third],
  };
}

/** Thrown if model and machine differ, or if the machine violates a condition that must always hold. */
export class DifferenceFound extends Error {
  constructor(
    readonly operations: readonly Operation[],
    readonly what: readonly string[],
  ) {
    super(what.join("\n"));
  }
}

/** How often to make the slow checks of relations and translations. "closely" means after each operation. */
export type Look = "now and then" | "closely";

/** The system under test: a machine, and a program's accesses to its memory. */
export interface Subject {
  readonly machine: DirectMachine;
  readonly user: UserAccess;
}

export async function createSubject(images: DirectImages = loadSystemImages()): Promise<Subject> {
  const machine = DirectMachine.create({ board: pandaboardEs, images });
  return { machine, user: new UserAccess(machine.memory, new WebAssembly.Module(await buildAccess())) };
}

export class SideBySide implements Player<Kind, Played> {
  readonly model: ModelSystem;
  /** The operations that both have performed. */
  readonly played: Played[] = [];
  private readonly machine: MachineSystem;
  private readonly direct: DirectMachine;
  private readonly tlb: FilledTlb;

  /** Boots the machine again. */
  constructor(
    { machine, user }: Subject,
    setting: Setting,
    private readonly random: Random,
    private readonly look: Look,
  ) {
    this.direct = machine;
    this.machine = new MachineSystem(machine, setting);
    this.model = new ModelSystem(setting);
    this.tlb = new FilledTlb(machine, user, this.machine);
  }

  get isOver(): boolean {
    return !this.model.hasDriver;
  }

  /** Chooses an operation, which the model performs at once. */
  choose(kind: Kind, random: Random): Played {
    return new OperationSource(random, this.model, true).play(kind);
  }

  /**
   * Returns null if the operation depends on others that were left out and the model therefore does not know its
   * objects.
   */
  again({ operation }: Played): Played | null {
    return playOnModel(this.model, operation);
  }

  /** Performs on the machine what the model has just performed, and compares. Throws `DifferenceFound`. */
  play(played: Played): void {
    this.played.push(played);
    this.expectNothing(this.compareAnswers(played));
    if (this.isOver) return;
    this.expectNothing(this.compareStates());
    this.expectNothing(this.tlb.compare(this.model.model));
    this.tlb.fill(this.model.model);
    if (this.look === "closely" || this.played.length % DEEP_CHECK_EVERY === 0) this.end();
  }

  /** Also compares relations and translations, because the sequence may end here. Throws `DifferenceFound`. */
  end(): void {
    if (this.isOver) return;
    const { model } = this.model;
    this.expectNothing([
      ...brokenInvariants(model).map((sentence) => `model: ${sentence}`),
      ...this.compareRelations(),
      ...compareTranslations(model, this.direct, this.machine, this.random, TRANSLATION_SAMPLES),
    ]);
  }

  private expectNothing(what: readonly string[]): void {
    if (what.length === 0) return;
    throw new DifferenceFound(
      this.played.map(({ operation }) => operation),
      what,
    );
  }

  private compareAnswers({ operation, outcome }: Played): string[] {
    try {
      const [left, right] = [answerText(outcome), answerText(this.machine.perform(operation))];
      return left === right ? [] : [`answer: model ${left}, machine ${right}`];
    } catch (error) {
      if (error instanceof SystemEnded) return [`the machine stopped: ${error.message}`];
      throw error;
    }
  }

  private compareStates(): string[] {
    const look = lookAt(this.machine);
    const isWhole = this.machine.space.calls.invariantsHold();
    return [
      ...compareStates(modelState(this.model.model), machineState(this.machine, look)),
      ...unownedEntries(this.machine, look),
      ...auditTranslations(this.direct),
      ...(isWhole ? [] : ["the CPU driver's mapping database is broken"]),
    ];
  }

  private compareRelations(): string[] {
    const rowsOf = ({ dump }: Dump) => new Map(dump.map((row) => [row[0], describeRow(row)]));
    const [model, machine] = [rowsOf(this.model.dump()), rowsOf(this.machine.dump())];
    return [...model].flatMap(([slot, row]) =>
      row === machine.get(slot)
        ? []
        : [`slot ${slotText(slot)}: model ${row}; machine ${machine.get(slot) ?? "nothing"}`],
    );
  }
}

/** A system call returns at most three error codes. */
const ANSWER_CODES = 3;

function answerText({ stack, identity }: Outcome): string {
  const codes = stack.slice(0, ANSWER_CODES).join(" < ");
  return identity ? `${codes}: ${identity.type} at ${addressText(identity.base)}, ${identity.bytes} bytes` : codes;
}

/** Plays given operations with all checks after each. Returns the first difference, or null. */
export function playScript(
  subject: Subject,
  setting: Setting,
  operations: readonly Operation[],
): DifferenceFound | null {
  const pair = new SideBySide(subject, setting, new Random(0), "closely");
  try {
    for (const operation of operations) {
      const played = pair.isOver ? null : playOnModel(pair.model, operation);
      if (played === null) break;
      pair.play(played);
    }
    return null;
  } catch (error) {
    if (error instanceof DifferenceFound) return error;
    throw error;
  }
}
