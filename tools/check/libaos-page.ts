/** The reference of libaos for learners, `docs/libaos.md`, made of the docstrings of the interface. */
import { type Declaration, type Docstring, type Member, readInterface, type Section } from "./docstrings";

export const INTERFACE = "system/libaos/index.ts";

/** What the examples use without declaring it. */
export const EXAMPLE_PARAMETERS = [
  { name: "ram", type: "capref", means: "a RAM capability of at least three pages" },
  { name: "frame", type: "capref", means: "a Frame that is not mapped" },
  { name: "slabs", type: "Slabs", means: "a slab allocator that is set up" },
  { name: "st", type: "PagingState", means: "an address space" },
] as const;

const HEAD = `# libaos: what programs of the lab can call

This page lists every name that \`libaos\` exports to a program of the lab. It is for learners who write a memory manager or a mapping function.
The text is the same as the one that an editor shows for a name.

Import the names from \`libaos\`. In \`libmm/mm.ts\`, for example:

\`\`\`ts
import { capRetype, errIsFail, errval_t, Out } from "../libaos";
\`\`\`

Most functions return an \`errval_t\`. If it is not a failure, the results are in the class [\`Out\`](#out). Read them before the next call.

The examples are parts of functions that return an \`errval_t\`. They use these names without declaring them:

| Name | Type | Meaning |
|---|---|---|
${EXAMPLE_PARAMETERS.map(({ name, type, means }) => `| \`${name}\` | \`${type}\` | ${means} |`).join("\n")}
`;

const FOOT =
  "<!-- written by npm run check -- --write, from the docstrings of the names that system/libaos/index.ts exports -->";

const cell = (text: string): string => text.replace(/\s*\n\s*/g, " ").replaceAll("|", "\\|");
const code = (text: string): string => (text === "" ? "" : `\`${text}\``);
const fenced = (text: string): string => `\`\`\`ts\n${text}\n\`\`\``;
const table = (head: string[], rows: string[][]): string =>
  [head, head.map(() => "---"), ...rows.map((row) => row.map(cell))].map((row) => `| ${row.join(" | ")} |`).join("\n");

/** Marks fields of `Out` and errors as code, unless they are already. */
const withCode = (text: string): string => text.replace(/(?<!`)\b(Out\.\w+|(SYS|LIB|MM)_ERR_\w+)/g, "`$&`");

/** The text of a docstring, and the fields of `Out` that the function sets: the text ends with `-> Out.x`. */
function proseOf({ text }: Docstring): { prose: string; sets: string[] } {
  const [, prose = "", sets] = /^(.*?)(?:\s*-> (Out\..*))?$/s.exec(text) ?? [];
  return { prose: withCode(prose), sets: sets === undefined ? [] : [`**Sets** ${withCode(sets)}`] };
}

function membersOf(declaration: Declaration): string[] {
  const isEnumeration = declaration.kind === "enumeration";
  const described = declaration.members.filter((member): member is Member & { docstring: Docstring } =>
    Boolean(member.docstring),
  );
  if (described.length === 0) return [];
  const prefix = isEnumeration || declaration.name === "Out" ? `${declaration.name}.` : "";
  const rows = described.map(({ name, signature, docstring }) => [
    code(prefix + name),
    code(signature),
    docstring.text,
  ]);
  return [table([isEnumeration ? "Value" : "Field", isEnumeration ? "Number" : "Type", "Meaning"], rows)];
}

function described(declaration: Declaration): string[] {
  const { signature, docstring } = declaration;
  if (!docstring) return [fenced(signature)];
  const { prose, sets } = proseOf(docstring);
  const parameters = docstring.parameters.map(({ name, text }) => `* \`${name}\`: ${text.replace(/\n/g, "\n  ")}`);
  return [
    fenced(signature),
    prose,
    ...(parameters.length > 0 ? [parameters.join("\n")] : []),
    ...sets,
    ...(docstring.returns === "" ? [] : [`**Returns** ${withCode(docstring.returns)}`]),
    ...membersOf(declaration),
    ...docstring.examples.map(fenced),
  ];
}

function constantsOf(declarations: Declaration[]): string[] {
  if (declarations.length === 0) return [];
  const rows = declarations.map(({ name, value, docstring }) => [code(name), value, docstring?.text ?? ""]);
  const hasValues = declarations.some(({ value }) => value !== "");
  if (hasValues) return [table(["Constant", "Value", "Meaning"], rows)];
  return [
    table(
      ["Constant", "Meaning"],
      rows.map(([name = "", , means = ""]) => [name, means]),
    ),
  ];
}

function sectionText({ title, names }: Section): string[] {
  const all = names.flatMap(({ declarations }) => declarations);
  return [
    `## ${title}`,
    ...constantsOf(all.filter(({ kind }) => kind === "constant")),
    ...names.flatMap(({ name, declarations }) => {
      const others = declarations.filter(({ kind }) => kind !== "constant");
      return others.length === 0 ? [] : [`### ${name}`, ...others.flatMap(described)];
    }),
  ];
}

export function libaosPage(): string {
  const sections = readInterface(INTERFACE).flatMap(sectionText);
  return `${[HEAD.trimEnd(), ...sections, FOOT].join("\n\n")}\n`;
}

/** Names of the interface that lack a docstring, and functions that lack an example. */
export function checkInterface(): string[] {
  return readInterface(INTERFACE).flatMap(({ names }) =>
    names.flatMap(({ name, declarations }) => {
      if (declarations.length === 0) return [`${INTERFACE}: the declaration of ${name} is not found.`];
      return declarations.flatMap(({ path, kind, docstring }) => {
        if (!docstring) return [`${path}: ${name} has no docstring. The page for learners is made of these.`];
        if (kind !== "function" || docstring.examples.length > 0) return [];
        return [
          `${path}: the docstring of ${name} has no @example. The page for learners shows one for each function.`,
        ];
      });
    }),
  );
}
