/** Reads declarations and their docstrings with the compiler of TypeScript. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";

export interface Docstring {
  /** The text in front of the first tag. Lines are broken as in the source. */
  text: string;
  parameters: { name: string; text: string }[];
  returns: string;
  /** The code of each `@example`. */
  examples: string[];
}

/** A field, a method or a value of an enumeration. */
export interface Member {
  name: string;
  /** What follows the name: a type or a value. */
  signature: string;
  docstring: Docstring | null;
}

export interface Declaration {
  name: string;
  path: string;
  kind: "constant" | "type" | "class" | "enumeration" | "function";
  /** The declaration without its body. */
  signature: string;
  /** The value of a constant, if it is a number; otherwise empty. */
  value: string;
  docstring: Docstring | null;
  members: Member[];
}

/** The exports between two comments of a file that only re-exports. */
export interface Section {
  title: string;
  /** One entry for each exported name, in the order of the file. A type and a function may have the same name. */
  names: { name: string; declarations: Declaration[] }[];
}

/** The lines of a comment without its frame. */
function commentLines(comment: string): string[] {
  return comment
    .replace(/^\/\*\*/, "")
    .replace(/\*\/$/, "")
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, "").trimEnd());
}

const TAG = /^\s*@(\w+)\s*(.*)$/;

export function parseDocstring(comment: string): Docstring {
  const docstring: Docstring = { text: "", parameters: [], returns: "", examples: [] };
  const blocks: { tag: string; lines: string[] }[] = [{ tag: "", lines: [] }];
  for (const line of commentLines(comment)) {
    const tag = TAG.exec(line);
    if (tag) blocks.push({ tag: tag[1] as string, lines: [tag[2] as string] });
    else blocks.at(-1)?.lines.push(line);
  }
  for (const { tag, lines } of blocks) {
    const text = lines.join("\n").trim();
    if (tag === "") docstring.text = text;
    else if (tag === "returns") docstring.returns = text;
    else if (tag === "example") docstring.examples.push(text);
    else if (tag === "param") {
      const [, name = "", rest = ""] = /^(\w+)\s*(.*)$/s.exec(text) ?? [];
      docstring.parameters.push({ name, text: rest });
    } else throw new Error(`the tag @${tag} is not one of @param, @returns and @example`);
  }
  return docstring;
}

function docstringOf(node: ts.Node, file: ts.SourceFile): Docstring | null {
  const comment = ts
    .getLeadingCommentRanges(file.text, node.getFullStart())
    ?.map(({ pos, end }) => file.text.slice(pos, end))
    .findLast((text) => text.startsWith("/**"));
  return comment === undefined ? null : parseDocstring(comment);
}

function parse(path: string): ts.SourceFile {
  return ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
}

/** Text of a node up to its body, without `export`. */
function signatureOf(node: ts.Node, end: number, file: ts.SourceFile): string {
  const text = file.text.slice(node.getStart(file), end);
  return text.replace(/\bexport (const (?=enum))?/, "").trim();
}

function memberOf(node: ts.ClassElement | ts.EnumMember, file: ts.SourceFile): Member {
  const name = node.name?.getText(file) ?? "";
  const docstring = docstringOf(node, file);
  if (ts.isEnumMember(node)) return { name, signature: node.initializer?.getText(file) ?? "", docstring };
  if (ts.isMethodDeclaration(node)) {
    const parameters = node.parameters.map((parameter) => parameter.getText(file)).join(", ");
    return { name: `${name}(${parameters})`, signature: node.type?.getText(file) ?? "", docstring };
  }
  const typed = ts.isPropertyDeclaration(node) || ts.isGetAccessorDeclaration(node);
  return { name, signature: typed ? (node.type?.getText(file) ?? "") : "", docstring };
}

/** The declaration, if the statement declares `name`. */
function declarationOf(statement: ts.Statement, name: string, file: ts.SourceFile): Declaration | null {
  const base = { name, path: file.fileName, value: "", docstring: docstringOf(statement, file), members: [] };
  if (ts.isVariableStatement(statement)) {
    const variable = statement.declarationList.declarations.find((each) => each.name.getText(file) === name);
    if (!variable) return null;
    const { initializer, type } = variable;
    const value = initializer && ts.isNumericLiteral(initializer) ? initializer.getText(file) : "";
    return { ...base, kind: "constant", signature: type?.getText(file) ?? "", value };
  }
  const isNamed =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isEnumDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement);
  if (!isNamed || statement.name?.text !== name) return null;
  if (ts.isFunctionDeclaration(statement)) {
    const end = statement.body?.getFullStart() ?? statement.end;
    return { ...base, kind: "function", signature: signatureOf(statement, end, file) };
  }
  if (ts.isTypeAliasDeclaration(statement))
    return { ...base, kind: "type", signature: signatureOf(statement, statement.end, file) };
  const members = [...statement.members].map((member) => memberOf(member, file));
  const signature = signatureOf(statement, statement.name.end, file);
  return { ...base, kind: ts.isClassDeclaration(statement) ? "class" : "enumeration", signature, members };
}

function resolve(from: string, specifier: string): string {
  const path = join(dirname(from), specifier);
  return existsSync(`${path}.ts`) ? `${path}.ts` : join(path, "index.ts");
}

/** Reads a file that only re-exports. A comment in front of an export begins a section. */
export function readInterface(path: string): Section[] {
  const index = parse(path);
  const files = new Map<string, ts.SourceFile>();
  const sections: Section[] = [];
  for (const statement of index.statements) {
    if (!ts.isExportDeclaration(statement) || !statement.exportClause || !statement.moduleSpecifier) continue;
    const comments = ts.getLeadingCommentRanges(index.text, statement.getFullStart()) ?? [];
    const title = comments
      .map(({ pos, end }) => index.text.slice(pos, end))
      .findLast((comment) => comment.startsWith("// "));
    if (title !== undefined) sections.push({ title: title.slice(3), names: [] });
    const from = resolve(path, (statement.moduleSpecifier as ts.StringLiteral).text);
    const file = files.get(from) ?? parse(from);
    files.set(from, file);
    for (const { name } of (statement.exportClause as ts.NamedExports).elements) {
      const declarations = file.statements.flatMap((each) => declarationOf(each, name.text, file) ?? []);
      sections.at(-1)?.names.push({ name: name.text, declarations });
    }
  }
  return sections;
}
