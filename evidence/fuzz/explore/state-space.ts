/** Expands states one after the other: tries every call of the alphabet on the machine and on the model. */

import { headerLine, stepLine } from "../../../observe/traces/format";
import { NO_ANSWER, type Operation, type Outcome } from "../../../observe/traces/operation";
import { SystemEnded } from "../../../observe/traces/play";
import { typeName } from "../../../system/kpi/object-types";
import { translate } from "../../model/mmu";
import type { ModelSystem } from "../../model/model-system";
import { playOnModel } from "../../model/random-operation";
import { FilledTlb } from "../filled-tlb";
import type { Subject } from "../side-by-side";
import { type Snapshot, TinyMachine } from "./machine";
import { differences, Sentences } from "./meaning";
import { createModel, describeModel, dumpOfModel, modelFingerprint } from "./model";
import { ALPHABET, SET_UP, SETTING, WATCHED } from "./tiny-system";

/** A system call returns at most three error codes. */
const ANSWER_CODES = 3;
const OK = "SYS_ERR_OK";
/** Size of the memory that is checked: outside the snapshots, nothing in it may change. */
const CHECKED_BYTES = 20 << 20;

/** A path to a state from the beginning: the calls, as numbers in the alphabet. */
export type Path = readonly number[];

/** A new state: the index of the requested state from which it was found, the call, and the state's key. */
export interface Found {
  readonly from: number;
  readonly call: number;
  readonly key: number;
}

export interface Violation {
  readonly path: Path;
  readonly what: readonly string[];
}

export interface Expansion {
  readonly transitions: number;
  readonly found: readonly Found[];
  /** The first violation, which ends the expansion. */
  readonly violation: Violation | null;
}

/** Thrown if machine and model differ, or if a condition that must always hold does not. */
class ViolationFound extends Error {
  constructor(readonly what: readonly string[]) {
    super(what.join("\n"));
  }
}

export class StateSpace {
  private readonly machine: TinyMachine;
  private readonly tlb: FilledTlb;
  private readonly beginning: { snapshot: Snapshot; model: ModelSystem; rest: number };
  /** States that this instance has seen. Other instances may have seen more. */
  private readonly seen = new Set<number>();
  /** Violations that exist from the beginning and are to be ignored. */
  private readonly borne: ReadonlySet<string>;
  readonly firstKey: number;

  /** With `bearBeginning`, violations that exist after start-up are ignored. */
  constructor(
    { machine, user }: Subject,
    bearBeginning = false,
    /** The calls to try in every state. Paths are numbers in it. */
    readonly alphabet: readonly Operation[] = ALPHABET,
  ) {
    this.machine = new TinyMachine(machine);
    this.tlb = new FilledTlb(machine, user, this.machine.system);
    const model = createModel(this.machine);
    for (const operation of SET_UP) {
      const [left, right] = [model.perform(operation), this.perform(operation)].map(answerText);
      if (left !== OK || right !== OK) throw new Error(`set-up: ${JSON.stringify(operation)}: ${left}, ${right}`);
    }
    this.beginning = { snapshot: this.machine.save(), model, rest: this.machine.hashOfRest(CHECKED_BYTES) };
    this.borne = new Set(bearBeginning ? this.machine.broken() : []);
    this.firstKey = this.machine.fingerprint;
    this.seen.add(this.firstKey);
  }

  /** Violations at the beginning; null if there are none. */
  violationAtStart(): Violation | null {
    const what = [...this.compareStates(this.beginning.model), ...this.newlyBroken()];
    return what.length > 0 ? { path: [], what } : null;
  }

  /** Tries all calls in each of the states. */
  expand(paths: readonly Path[]): Expansion {
    const found: Found[] = [];
    let transitions = 0;
    for (const [from, path] of paths.entries()) {
      const { model, snapshot } = this.goTo(path);
      const mapped = WATCHED.filter((va) => translate(model.model.tables, this.machine.l1, va, "read").ok);
      for (let call = 0; call < this.alphabet.length; call++) {
        transitions++;
        try {
          this.tlb.empty();
          this.tlb.access(this.machine.l1, mapped);
          const key = this.step(model, snapshot, this.alphabet[call]!);
          if (key !== null) found.push({ from, call, key });
        } catch (error) {
          if (!(error instanceof ViolationFound)) throw error;
          return { transitions, found, violation: { path: [...path, call], what: error.what } };
        }
      }
    }
    return { transitions, found, violation: null };
  }

  /** Throws if memory outside the snapshots has changed. States would then have been mixed up. */
  checkRest(): void {
    if (this.machine.hashOfRest(CHECKED_BYTES) !== this.beginning.rest) {
      throw new Error("calls have changed memory that the exploration does not save");
    }
  }

  /** The calls that lead to a state, as lines of a trace with the model's answers. */
  scriptOf(path: Path): string[] {
    const model = createModel(this.atBoot());
    const lines = [headerLine({ trace: 0, seed: 0, title: "found by exploration", ...SETTING })];
    for (const operation of [...SET_UP, ...path.map((call) => this.alphabet[call]!)]) {
      lines.push(stepLine(operation, model.perform(operation)));
    }
    if (model.hasDriver) lines.push(JSON.stringify(dumpOfModel(model, this.machine.places)));
    return lines;
  }

  private atBoot(): TinyMachine {
    return new TinyMachine(this.machine.machine);
  }

  private goTo(path: Path): { model: ModelSystem; snapshot: Snapshot } {
    const { machine, beginning } = this;
    machine.restore(beginning.snapshot);
    if (path.length === 0) return beginning;
    const model = beginning.model.clone();
    for (const call of path) {
      const operation = this.alphabet[call]!;
      this.perform(operation);
      model.perform(operation);
    }
    return { model, snapshot: machine.save() };
  }

  /**
   * Makes a call and returns the new state's key, or null if the state is not new. Restores machine and model
   * afterwards.
   */
  private step(before: ModelSystem, snapshot: Snapshot, operation: Operation): number | null {
    const { machine } = this;
    const answer = this.perform(operation);
    // A refused call leaves the model unchanged, so only other calls need a copy.
    const model = answer.err === OK || answer.err === NO_ANSWER ? before.clone() : before;
    try {
      const played = playOnModel(model, operation);
      // The call touches objects of the system that the model does not contain.
      if (played === null) return null;
      const [left, right] = [answerText(played.outcome), answerText(answer)];
      if (left !== right) throw new ViolationFound([`answer: model ${left}, machine ${right}`]);
      if (answer.err === NO_ANSWER) return null;
      if (answer.err !== OK) {
        if (!machine.isAt(snapshot))
          throw new ViolationFound([`the call is refused (${right}), but changes something`]);
        return null;
      }
      const key = machine.fingerprint;
      if (key !== modelFingerprint(model, machine.places)) throw new ViolationFound(this.compareStates(model));
      const stale = this.tlb.compare(model.model);
      if (stale.length > 0) throw new ViolationFound(stale);
      if (this.seen.has(key)) return null;
      const broken = this.newlyBroken();
      if (broken.length > 0) throw new ViolationFound(broken);
      this.seen.add(key);
      return key;
    } finally {
      if (answer.err === OK || answer.err === NO_ANSWER) this.machine.restore(snapshot);
    }
  }

  private perform(operation: Operation): Outcome {
    try {
      return this.machine.system.perform(operation);
    } catch (error) {
      if (error instanceof SystemEnded) throw new ViolationFound([`the machine stopped: ${error.message}`]);
      throw error;
    }
  }

  private newlyBroken(): string[] {
    return this.machine.broken().filter((sentence) => !this.borne.has(sentence));
  }

  private compareStates(model: ModelSystem): string[] {
    const [left, right] = [new Sentences(typeName), new Sentences(typeName)];
    describeModel(model, this.machine.places, left);
    this.machine.describe(right);
    return differences(left, right);
  }
}

function answerText({ stack }: Outcome): string {
  return stack.slice(0, ANSWER_CODES).join(" < ");
}
