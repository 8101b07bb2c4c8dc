/**
 * Explains one page-table entry bit by bit, as the ARMv7-A manual (B3.5, short descriptors) names its fields.
 *
 * `page-table.ts` decodes whole tables; this file says what each bit of one entry means.
 */

export type DescriptorKind =
  | "fault"
  | "table"
  | "section"
  | "supersection"
  | "large page"
  | "small page"
  /** First-level type 11, which a Cortex-A9 does not have. */
  | "reserved";

/** Neighbouring bits with one meaning. */
export interface BitField {
  /** The field's name in the manual; an empty text for bits that have none. */
  name: string;
  high: number;
  low: number;
  value: number;
  /** What the value means, in words; an empty text if there is nothing to say. */
  meaning: string;
}

export interface Descriptor {
  level: 1 | 2;
  word: number;
  kind: DescriptorKind;
  /** All 32 bits, from bit 31 down. */
  fields: BitField[];
}

/** Attributes of memory, from the entry of a section or page. */
export interface MemoryAttributes {
  /** AP[2:0]: access permissions. */
  ap: number;
  /** TEX, C and B in words. */
  memory: string;
  executeNever: boolean;
  shareable: boolean;
  /** The translation is the same in all address spaces. */
  global: boolean;
}

const hex = (value: number, digits = 8): string => `0x${value.toString(16).padStart(digits, "0")}`;

export function bitsOf(word: number, high: number, low: number): number {
  return (word >>> low) & (2 ** (high - low + 1) - 1);
}

/** What AP[2:0] allows, first for the CPU driver and then for the program. */
export function permissionText(ap: number): string {
  switch (ap) {
    case 0b000:
      return "no access";
    case 0b001:
      return "CPU driver: read, write; program: nothing";
    case 0b010:
      return "CPU driver: read, write; program: read";
    case 0b011:
      return "CPU driver and program: read, write";
    case 0b101:
      return "CPU driver: read; program: nothing";
    case 0b110:
    case 0b111:
      return "CPU driver and program: read";
    default:
      return "reserved; no access";
  }
}

const CACHE_POLICIES = ["not cached", "write-back, write-allocate", "write-through", "write-back"];

/** The memory type of TEX, C and B with TEX remap off (table B3-10). */
export function memoryTypeText(tex: number, c: number, b: number): string {
  if (tex & 0b100) {
    return `normal memory; outer cache: ${CACHE_POLICIES[tex & 3]}; inner cache: ${CACHE_POLICIES[(c << 1) | b]}`;
  }
  switch ((tex << 2) | (c << 1) | b) {
    case 0b00000:
      return "strongly ordered";
    case 0b00001:
      return "device memory, shareable";
    case 0b00010:
      return "normal memory, write-through";
    case 0b00011:
      return "normal memory, write-back";
    case 0b00100:
      return "normal memory, not cached";
    case 0b00111:
      return "normal memory, write-back, write-allocate";
    case 0b01000:
      return "device memory, not shareable";
    default:
      return "reserved";
  }
}

/** Collects the fields of a word from bit 31 down. */
class Fields {
  readonly list: BitField[] = [];
  private next = 31;

  constructor(private readonly word: number) {}

  /** Adds the next field, which ends at bit `low`. */
  add(name: string, low: number, meaning: string | ((value: number) => string) = ""): this {
    const value = bitsOf(this.word, this.next, low);
    const text = typeof meaning === "string" ? meaning : meaning(value);
    this.list.push({ name, high: this.next, low, value, meaning: text });
    this.next = low - 1;
    return this;
  }
}

const executeNever = (xn: number) => (xn === 1 ? "code here cannot be executed" : "code here can be executed");
const shareable = (s: number) => (s === 1 ? "shared between cores" : "not shared between cores");
const notGlobal = (nG: number) => (nG === 1 ? "for one address space" : "for all address spaces");
const secure = (ns: number) => (ns === 1 ? "a non-secure address" : "a secure address");
const domainText = (domain: number) => `domain ${domain}`;

function l1Kind(word: number): DescriptorKind {
  switch (word & 3) {
    case 0:
      return "fault";
    case 1:
      return "table";
    case 2:
      return bitsOf(word, 18, 18) === 1 ? "supersection" : "section";
    default:
      return "reserved";
  }
}

function l1Fields(word: number, kind: DescriptorKind): BitField[] {
  const fields = new Fields(word);
  switch (kind) {
    case "table":
      return fields
        .add("base", 10, (base) => `the L2 table is at ${hex(base * 0x400)}`)
        .add("", 9)
        .add("domain", 5, domainText)
        .add("SBZ", 4)
        .add("NS", 3, secure)
        .add("SBZ", 2)
        .add("type", 0, "an L2 table").list;
    case "section":
    case "supersection": {
      const isSuper = kind === "supersection";
      const { ap, memory } = attributesOf({ word, kind }) as MemoryAttributes;
      if (isSuper) fields.add("base", 24, (base) => `16 MiB from ${hex(base * 0x1000000)}`).add("PA[35:32]", 20);
      else fields.add("base", 20, (base) => `1 MiB from ${hex(base * 0x100000)}`);
      return fields
        .add("NS", 19, secure)
        .add("super", 18, isSuper ? "a supersection: 16 equal entries" : "a section")
        .add("nG", 17, notGlobal)
        .add("S", 16, shareable)
        .add("AP[2]", 15, permissionText(ap))
        .add("TEX", 12, memory)
        .add("AP[1:0]", 10, permissionText(ap))
        .add("", 9)
        .add(isSuper ? "PA[39:36]" : "domain", 5, isSuper ? "" : domainText)
        .add("XN", 4, executeNever)
        .add("C", 3, memory)
        .add("B", 2, memory)
        .add("type", 0, isSuper ? "a supersection" : "a section").list;
    }
    case "reserved":
      return fields.add("ignored", 2).add("type", 0, "reserved: an access faults").list;
    default:
      return fields.add("ignored", 2).add("type", 0, "not valid: an access faults").list;
  }
}

function l2Kind(word: number): DescriptorKind {
  if ((word & 3) === 0) return "fault";
  return (word & 2) !== 0 ? "small page" : "large page";
}

function l2Fields(word: number, kind: DescriptorKind): BitField[] {
  const fields = new Fields(word);
  if (kind === "fault") return fields.add("ignored", 2).add("type", 0, "not valid: an access faults").list;
  const { ap, memory } = attributesOf({ word, kind }) as MemoryAttributes;
  if (kind === "large page") {
    return fields
      .add("base", 16, (base) => `64 KiB from ${hex(base * 0x10000)}`)
      .add("XN", 15, executeNever)
      .add("TEX", 12, memory)
      .add("nG", 11, notGlobal)
      .add("S", 10, shareable)
      .add("AP[2]", 9, permissionText(ap))
      .add("SBZ", 6)
      .add("AP[1:0]", 4, permissionText(ap))
      .add("C", 3, memory)
      .add("B", 2, memory)
      .add("type", 0, "a large page: 16 equal entries").list;
  }
  return fields
    .add("base", 12, (base) => `4 KiB from ${hex(base * 0x1000)}`)
    .add("nG", 11, notGlobal)
    .add("S", 10, shareable)
    .add("AP[2]", 9, permissionText(ap))
    .add("TEX", 6, memory)
    .add("AP[1:0]", 4, permissionText(ap))
    .add("C", 3, memory)
    .add("B", 2, memory)
    .add("type", 1, "a small page")
    .add("XN", 0, executeNever).list;
}

export function decodeDescriptor(level: 1 | 2, word: number): Descriptor {
  const kind = level === 1 ? l1Kind(word) : l2Kind(word);
  return { level, word, kind, fields: level === 1 ? l1Fields(word, kind) : l2Fields(word, kind) };
}

/** The attributes in the entry of a section or page; null for other entries. */
export function attributesOf({ word, kind }: Pick<Descriptor, "word" | "kind">): MemoryAttributes | null {
  const [c, b] = [bitsOf(word, 3, 3), bitsOf(word, 2, 2)];
  switch (kind) {
    case "section":
    case "supersection":
      return {
        ap: (bitsOf(word, 15, 15) << 2) | bitsOf(word, 11, 10),
        memory: memoryTypeText(bitsOf(word, 14, 12), c, b),
        executeNever: bitsOf(word, 4, 4) === 1,
        shareable: bitsOf(word, 16, 16) === 1,
        global: bitsOf(word, 17, 17) === 0,
      };
    case "large page":
    case "small page": {
      const isLarge = kind === "large page";
      return {
        ap: (bitsOf(word, 9, 9) << 2) | bitsOf(word, 5, 4),
        memory: memoryTypeText(isLarge ? bitsOf(word, 14, 12) : bitsOf(word, 8, 6), c, b),
        executeNever: isLarge ? bitsOf(word, 15, 15) === 1 : bitsOf(word, 0, 0) === 1,
        shareable: bitsOf(word, 10, 10) === 1,
        global: bitsOf(word, 11, 11) === 0,
      };
    }
    default:
      return null;
  }
}
