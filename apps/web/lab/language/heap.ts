/**
 * Marks expressions that need a heap while they are written. The compiler finds all of them when it has built the program;
 * this finds those that the source shows, and says the same.
 */
import ts from "typescript";
import { type HeapUse, heapMessage } from "../../../../compile/heap-use";
import type { Problem } from "./answers";

/** The compiler's message about a local variable that a function inside of its function uses. */
const CLOSURE = "TS100: Not implemented: Closures";

const ARRAY = /^(Array|ReadonlyArray|StaticArray|ArrayBuffer|DataView|[A-Z]\w*Array)$/;
const MAP = /^(Map|Set|ReadonlyMap|ReadonlySet)$/;
const STRING = /^String$/;
/** Reading the characters of a literal needs no heap. */
const HARMLESS_OF_STRINGS = ["charCodeAt", "codePointAt", "length"];

/** The warnings of a file. `library` is the file that declares the compiler's own classes. */
export function heapProblems(source: ts.SourceFile, checker: ts.TypeChecker, library: string): Problem[] {
  const problems: Problem[] = [];
  const visit = (node: ts.Node): void => {
    const text = messageOf(node, checker, library);
    if (text === null) return ts.forEachChild(node, visit);
    problems.push({ from: node.getStart(source), to: node.getEnd(), severity: "warning", text });
    // Parts of the expression need no message of their own.
  };
  visit(source);
  return problems;
}

function messageOf(node: ts.Node, checker: ts.TypeChecker, library: string): string | null {
  if (ts.isIdentifier(node)) return isCaptured(node, checker) ? CLOSURE : null;
  const use = heapUseOf(node, checker, library);
  return use && heapMessage(use);
}

function heapUseOf(node: ts.Node, checker: ts.TypeChecker, library: string): HeapUse | null {
  /** Name of the compiler's class that a value has; null for others. */
  const classOf = (value: ts.Expression): string | null => {
    const type = checker.getTypeAtLocation(value);
    if (type.flags & ts.TypeFlags.StringLike) return "String";
    const declaration = type.getSymbol()?.declarations?.[0];
    return declaration?.getSourceFile().fileName === library ? (type.getSymbol()?.name ?? null) : null;
  };
  const useOf = (name: string | null): HeapUse | null => {
    if (name === null) return null;
    if (STRING.test(name)) return "strings";
    if (MAP.test(name)) return "map";
    return ARRAY.test(name) ? "array" : null;
  };
  if (ts.isArrayLiteralExpression(node)) return isStaticData(node) ? null : "array";
  if (ts.isObjectLiteralExpression(node)) return "object";
  if (ts.isTemplateExpression(node)) return "strings";
  if (ts.isNewExpression(node)) return useOf(classOf(node)) ?? "object";
  if (ts.isElementAccessExpression(node)) return useOf(classOf(node.expression));
  if (ts.isBinaryExpression(node)) {
    const joins = node.operatorToken.kind !== ts.SyntaxKind.EqualsToken && isArithmeticOrComparison(node.operatorToken);
    return joins && [node.left, node.right].some((side) => classOf(side) === "String") ? "strings" : null;
  }
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    const { expression: value, name } = node.expression;
    if (HARMLESS_OF_STRINGS.includes(name.text)) return null;
    const type = checker.getTypeAtLocation(value);
    if (name.text === "toString" && type.flags & (ts.TypeFlags.NumberLike | ts.TypeFlags.BooleanLike)) return "string";
    return useOf(classOf(value));
  }
  return null;
}

function isArithmeticOrComparison({ kind }: ts.BinaryOperatorToken): boolean {
  return [
    ts.SyntaxKind.PlusToken,
    ts.SyntaxKind.PlusEqualsToken,
    ts.SyntaxKind.EqualsEqualsToken,
    ts.SyntaxKind.EqualsEqualsEqualsToken,
    ts.SyntaxKind.ExclamationEqualsToken,
    ts.SyntaxKind.ExclamationEqualsEqualsToken,
    ts.SyntaxKind.LessThanToken,
    ts.SyntaxKind.LessThanEqualsToken,
    ts.SyntaxKind.GreaterThanToken,
    ts.SyntaxKind.GreaterThanEqualsToken,
  ].includes(kind);
}

/** The bytes of `memory.data<u8>([1, 2, 3])` are part of the program. */
function isStaticData(node: ts.ArrayLiteralExpression): boolean {
  const { parent } = node;
  return ts.isCallExpression(parent) && /^memory\s*\.\s*data$/.test(parent.expression.getText());
}

/** Is it a local variable of a function around the one that uses it? */
function isCaptured(node: ts.Identifier, checker: ts.TypeChecker): boolean {
  const user = ts.findAncestor(node, ts.isFunctionLike);
  if (!user || (ts.isPropertyAccessExpression(node.parent) && node.parent.name === node)) return false;
  const declaration = checker.getSymbolAtLocation(node)?.valueDeclaration;
  if (!declaration || !(ts.isVariableDeclaration(declaration) || ts.isParameter(declaration))) return false;
  if (declaration.getSourceFile() !== node.getSourceFile()) return false;
  const owner = ts.findAncestor(declaration, ts.isFunctionLike);
  return owner !== undefined && owner !== user && ts.findAncestor(user.parent, (each) => each === owner) !== undefined;
}
