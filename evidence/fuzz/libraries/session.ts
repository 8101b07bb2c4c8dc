/**
 * The libraries on the CPU driver beside models of them: what a client may ask, what must come of it, and what must hold
 * afterwards, whatever was asked.
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

/** The libraries and their models went apart, or something that must always hold does not. */
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
  /** Slots in use before the client asks for any. */
  private readonly ownSlots: number;
  private made: Id = 0;

  /** Answers that the client got, each with its call. */
  readonly heard: string[] = [];

  /** Boots the system anew. `policy`: that of the client's memory manager. */
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

  /** Performs an operation and looks at everything; nothing if what it names does not exist. Throws `LibrariesDiffer`. */
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

  /** What is wrong with its answer, or else with anything; null if no area knows what it names. */
  private carryOut(operation: Operation): readonly string[] | null {
    try {
      const wrong = this.answerOf(operation);
      return wrong === null || wrong.length > 0 ? wrong : this.check();
    } catch (error) {
      // A call that cannot fail did, or the system stopped.
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

  /** Slots in use that neither the client has nor the libraries need for tables and pages of their own, two for each. */
  private unclaimedSlots(): number {
    const { library } = this;
    const client = this.areas.reduce((sum, area) => sum + area.slots(), 0);
    return library.get("usedDefaultSlots") - client - 2 * (this.space.ownRanges() + library.get("pageTables"));
  }

  private expectNothing(what: readonly string[]): void {
    if (what.length > 0) throw new LibrariesDiffer([...this.performed], what);
  }
}
