/**
 * Runs the libraries on the CPU driver and compares them with their models: each answer to a client's request, and the
 * conditions that must hold afterwards.
 */

import { POLICIES, type PolicyName } from "../../../system/libmm/layout/mm-policies";
import { CpuDriver } from "../../harness/libraries/cpu-driver";
import { Library } from "../../harness/libraries/library";
import type { System } from "../../harness/system";
import type { Random } from "../../model/random";
import type { Player } from "../commands";
import { AllocatorArea } from "./allocator-area";
import { type Area, type CompareAnswers, differs } from "./area";
import { MemoryArea } from "./memory-area";
import type { Id, Kind, Operation } from "./operation";
import { SlotArea } from "./slot-area";
import { SpaceArea } from "./space-area";

/** Thrown if libraries and models differ, or if a condition that must always hold does not. */
export class LibrariesDiffer extends Error {
  constructor(
    readonly operations: readonly Operation[],
    readonly what: readonly string[],
  ) {
    super(what.join("\n"));
  }
}

export class Session implements Player<Kind, Operation> {
  readonly isOver = false;
  readonly performed: Operation[] = [];
  private readonly library: Library<CpuDriver>;
  private readonly space: SpaceArea;
  private readonly areas: readonly Area[];
  /** Slots in use before the client's first request. */
  private readonly ownSlots: number;
  private made: Id = 0;

  /** Answers that the client got, each with its call. */
  readonly heard: string[] = [];

  /** Boots the system again. `policy` is the policy of the client's memory manager. */
  constructor(system: System, policy: PolicyName) {
    const library = Library.startOn(new CpuDriver(system));
    const answers: CompareAnswers = (call, expected, got) => {
      this.heard.push(`${call}: ${got}`);
      return differs(call, expected, got);
    };
    this.library = library;
    this.space = new SpaceArea(library, answers);
    this.areas = [
      new MemoryArea(library, answers, POLICIES.indexOf(policy)),
      new SlotArea(library, answers),
      new AllocatorArea(library, answers),
      this.space,
    ];
    this.space.check();
    this.ownSlots = this.unclaimedSlots();
  }

  choose(kind: Kind, random: Random): Operation | null {
    this.made++;
    for (const area of this.areas) {
      const operation = area.draw(kind, random, this.made);
      if (operation) return operation;
    }
    return null;
  }

  again(operation: Operation): Operation {
    return operation;
  }

  /**
   * Performs an operation and checks everything. Does nothing if its thing does not exist. Throws `LibrariesDiffer`.
   */
  play(operation: Operation): void {
    const wrong = this.carryOut(operation);
    if (wrong === null) return;
    this.performed.push(operation);
    this.expectNothing(wrong);
  }

  /** Gives everything back. Throws `LibrariesDiffer`. */
  end(): void {
    for (const operation of this.areas.flatMap((area) => area.leaving())) {
      this.expectNothing(this.carryOut(operation) ?? []);
    }
  }

  /** Returns the differences in the answer, or else any others. Returns null if no area knows the operation's thing. */
  private carryOut(operation: Operation): readonly string[] | null {
    try {
      const wrong = this.answerOf(operation);
      return wrong === null || wrong.length > 0 ? wrong : this.check();
    } catch (error) {
      // A call that must not fail has failed, or the system stopped.
      return [(error as Error).message];
    }
  }

  private answerOf(operation: Operation): readonly string[] | null {
    for (const area of this.areas) {
      const wrong = area.perform(operation);
      if (wrong !== null) return wrong;
    }
    return null;
  }

  private check(): readonly string[] {
    const { library } = this;
    return [
      ...differs("invariants of the address space", "0", String(library.get("checkPaging"))),
      ...differs(
        "invariants of init's memory manager",
        "0",
        String(library.get("mmCheckInvariants", library.get("initMm"))),
      ),
      ...this.areas.flatMap((area) => area.check()),
      ...differs("slots that nobody has", String(this.ownSlots), String(this.unclaimedSlots())),
      ...library.kernel.audit(),
    ];
  }

  /**
   * Slots in use that neither the client nor the libraries account for. The libraries need two for each of their tables
   * and pages.
   */
  private unclaimedSlots(): number {
    const { library } = this;
    const client = this.areas.reduce((sum, area) => sum + area.slots(), 0);
    return library.get("usedDefaultSlots") - client - 2 * (this.space.ownRanges() + library.get("pageTables"));
  }

  private expectNothing(what: readonly string[]): void {
    if (what.length > 0) throw new LibrariesDiffer([...this.performed], what);
  }
}
