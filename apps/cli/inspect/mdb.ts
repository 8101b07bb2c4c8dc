/** `inspect mdb`: shows the mapping database, with each object below the one that it was made from. */
import { type OccupiedSlot, slotsByPlace } from "../../../observe/decode/cspace";
import { anyCopy, type MdbObject } from "../../../observe/decode/mapping-database";
import { counted, formatAddress, formatBytes, formatCount } from "../../../observe/text/quantities";
import { detailText, isNeighbour, runsOf, slotText } from "./capability-text";
import { type TreeNode, tree } from "./text";
import type { Subject, TextOptions, View } from "./view";

/** Whether one line can show both objects: they are alike, adjacent, and have no children. */
function continues(last: MdbObject, next: MdbObject): boolean {
  return (
    last.children.length === 0 &&
    next.children.length === 0 &&
    last.copies.length === next.copies.length &&
    isNeighbour(anyCopy(last), anyCopy(next))
  );
}

class TreeBuilder {
  constructor(
    private readonly all: boolean,
    private readonly places: ReadonlyMap<number, OccupiedSlot>,
  ) {}

  nodes(objects: readonly MdbObject[]): TreeNode[] {
    const runs = this.all ? objects.map((object) => [object]) : runsOf(objects, continues);
    return runs.map((run) => this.node(run));
  }

  private node(run: MdbObject[]): TreeNode {
    const object = run[0] as MdbObject;
    const capability = anyCopy(object);
    const { typeName, base, bytes } = capability;
    const parts = [run.length > 1 ? `${formatCount(run.length)} x ${typeName}` : typeName];
    if (base !== 0 || bytes !== 0) parts.push(formatAddress(base));
    if (bytes !== 0) parts.push(`${formatBytes(bytes)}${run.length > 1 ? " each" : ""}`);
    const detail = detailText(capability);
    if (detail !== "") parts.push(detail);
    const slots = object.copies.map(({ at }) => this.places.get(at)).filter((slot) => slot !== undefined);
    const where = slots.map(slotText).join(", ");
    const elsewhere = object.copies.length - slots.length;
    if (run.length === 1 && where !== "") parts.push(`in ${where}`);
    if (run.length === 1 && elsewhere > 0) parts.push(`${counted(elsewhere, "copy", "copies")} elsewhere`);
    return { text: parts.join("  "), children: run.length > 1 ? [] : this.nodes(object.children) };
  }
}

const LEGEND = [
  "indented: made from the object above",
  "in: addresses of its capabilities in init's CSpace; elsewhere: capabilities outside of it",
].join("\n");

function text({ system }: Subject, { all }: TextOptions): string {
  const objects = system.objects();
  const places = slotsByPlace(system.cspace());
  const roots = objects.filter(({ parent }) => parent === null);
  const drawn = tree(new TreeBuilder(all, places).nodes(roots));
  const count = objects.reduce((sum, { copies }) => sum + copies.length, 0);
  const counts = `${counted(count, "capability", "capabilities")} of ${counted(objects.length, "object")}`;
  return `${drawn}\n\n${counts}\n${LEGEND}`;
}

function json({ system }: Subject): unknown {
  const objects = system.objects();
  const numbers = new Map(objects.map((object, index) => [object, index]));
  return objects.map((object, id) => {
    const { typeName, base, bytes } = anyCopy(object);
    return {
      id,
      parent: object.parent ? (numbers.get(object.parent) ?? null) : null,
      type: typeName,
      base,
      bytes,
      slots: object.copies.map(({ at }) => at),
      hasDescendants: object.hasDescendants,
    };
  });
}

export const mdb: View = {
  name: "mdb",
  description: "the mapping database: which object was made from which",
  json,
  text,
};
