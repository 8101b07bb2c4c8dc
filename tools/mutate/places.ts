/**
 * Finds the mutants of a source: one mutant is one change of one operator, bound, condition, answer or statement.
 *
 * It leaves out code that no test can or should check: text for people, our own assertions, types, decorators, and the
 * first values of static fields, which are registers (docs/architecture.md) and are written before they are read.
 */
import ts from "typescript";

export interface Mutant {
  /** `path:line:column:change`; lines and columns count from 1. */
  readonly id: string;
  readonly path: string;
  readonly line: number;
  readonly column: number;
  /** The text from `start` up to, but not including, `end` is replaced. */
  readonly start: number;
  readonly end: number;
  readonly original: string;
  readonly replacement: string;
}

/** The replacement of each operator, and the name of the change. */
const OPERATORS: Readonly<Record<string, readonly [replacement: string, change: string]>> = {
  "<": ["<=", "le"],
  "<=": ["<", "lt"],
  ">": [">=", "ge"],
  ">=": [">", "gt"],
  "==": ["!=", "ne"],
  "!=": ["==", "eq"],
  "===": ["!==", "ne"],
  "!==": ["===", "eq"],
  "+": ["-", "minus"],
  "-": ["+", "plus"],
  "*": ["+", "plus"],
  "/": ["*", "times"],
  "%": ["/", "over"],
  "<<": [">>", "right"],
  ">>": ["<<", "left"],
  ">>>": ["<<", "left"],
  "&": ["|", "or"],
  "|": ["&", "and"],
  "^": ["&", "and"],
  "&&": ["||", "or"],
  "||": ["&&", "and"],
  "+=": ["-=", "minus"],
  "-=": ["+=", "plus"],
  "*=": ["+=", "plus"],
  "/=": ["*=", "times"],
  "%=": ["/=", "over"],
  "<<=": [">>=", "right"],
  ">>=": ["<<=", "left"],
  ">>>=": ["<<=", "left"],
  "&=": ["|=", "or"],
  "|=": ["&=", "and"],
  "^=": ["&=", "and"],
  "++": ["--", "minus"],
  "--": ["++", "plus"],
};

const EQUALITIES = new Set([
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
]);

/** Calls that only produce text for people, and assertions of the system about itself. */
const NOT_TESTED = new Set([
  "log",
  "printk",
  "printf",
  "printPart",
  "debugPrintf",
  "debugErr",
  "ERROR",
  "kernelAssert",
]);

/** Constants that mean success or an empty result when returned. */
const NOTHING = new Set(["0", "SYS_ERR_OK", "NULL", "NULL_CAP", "NULL_CNODE"]);

function calledName(statement: ts.Node): string | null {
  if (!ts.isExpressionStatement(statement) || !ts.isCallExpression(statement.expression)) return null;
  const { expression } = statement.expression;
  return ts.isIdentifier(expression) ? expression.text : null;
}

function isNotTested(statement: ts.Node): boolean {
  if (ts.isBlock(statement)) return statement.statements.length > 0 && statement.statements.every(isNotTested);
  const name = calledName(statement);
  return name !== null && NOT_TESTED.has(name);
}

function isLeftAlone(node: ts.Node): boolean {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isTypeNode(node) || ts.isDecorator(node)) {
    return true;
  }
  if (ts.isPropertyDeclaration(node)) return true;
  return isNotTested(node) || (ts.isIfStatement(node) && !node.elseStatement && isNotTested(node.thenStatement));
}

/** A literal plus `difference`, in the literal's own notation; null if the result is negative. */
function literalPlus(text: string, difference: bigint): string | null {
  const value = BigInt(text.replaceAll("_", "")) + difference;
  if (value < 0n) return null;
  const [, prefix = ""] = /^(0[xb])/i.exec(text) ?? [];
  const radix = { "": 10, "0x": 16, "0b": 2 }[prefix.toLowerCase()] ?? 10;
  return `${prefix}${value.toString(radix).padStart(text.length - prefix.length, prefix === "" ? "" : "0")}`;
}

function isTruth(expression: ts.Expression): boolean {
  return expression.kind === ts.SyntaxKind.TrueKeyword || expression.kind === ts.SyntaxKind.FalseKeyword;
}

/** Whether negating this condition equals another mutant. */
function hasOpposite(condition: ts.Expression): boolean {
  if (ts.isPrefixUnaryExpression(condition)) return condition.operator === ts.SyntaxKind.ExclamationToken;
  return ts.isBinaryExpression(condition) && EQUALITIES.has(condition.operatorToken.kind as never);
}

/** The declared return type of the function around a `return`. */
function answerType(node: ts.Node): string {
  const around = ts.findAncestor(node, ts.isFunctionLike);
  return around?.type?.getText() ?? "void";
}

/** Other values that a function can return, depending on its return type. */
function otherAnswers(expression: ts.Expression, type: string): string[] {
  const text = expression.getText();
  if (type === "bool") return ["true", "false"].filter((answer) => answer !== text);
  if (/\bnull\b/.test(type)) return text === "null" ? [] : ["null"];
  // Numbers and types made from numbers have names that start with a small letter.
  if (/^[a-z]/.test(type) && type !== "void" && type !== "string") return [NOTHING.has(text) ? "1" : "0"];
  return [];
}

/** All mutants of a source in order of position. */
export function findMutants(path: string, text: string): Mutant[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const mutants = new Map<string, Mutant>();

  const add = (node: ts.Node, replacement: string, change: string) => {
    const [start, end] = [node.getStart(), node.getEnd()];
    const at = source.getLineAndCharacterOfPosition(start);
    const [line, column] = [at.line + 1, at.character + 1];
    const id = `${path}:${line}:${column}:${change}`;
    mutants.set(id, { id, path, line, column, start, end, original: text.slice(start, end), replacement });
  };

  const addCondition = (condition: ts.Expression, isLoop: boolean) => {
    if (isTruth(condition)) return;
    if (!hasOpposite(condition)) add(condition, `!(${condition.getText()})`, "not");
    // An endless loop would only test the time limit.
    if (!isLoop) add(condition, "true", "true");
    add(condition, "false", "false");
  };

  const addStatement = (statement: ts.Statement) => {
    const isPlain =
      ts.isExpressionStatement(statement) ||
      ts.isBreakStatement(statement) ||
      ts.isContinueStatement(statement) ||
      (ts.isReturnStatement(statement) && !statement.expression);
    if (isPlain) add(statement, ";", "remove");
  };

  const addExpression = (node: ts.Node) => {
    if (ts.isBinaryExpression(node)) {
      const operator = OPERATORS[node.operatorToken.getText()];
      if (operator) add(node.operatorToken, ...operator);
    }
    if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) addUnary(node);
    if (ts.isNumericLiteral(node) && /^(0[xb])?[0-9a-f_]+$/i.test(node.getText())) {
      for (const difference of [1n, -1n]) {
        const other = literalPlus(node.getText(), difference);
        if (other !== null) add(node, other, difference > 0n ? "+1" : "-1");
      }
    }
    if (ts.isConditionalExpression(node)) addCondition(node.condition, false);
  };

  const addUnary = (node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression) => {
    const symbol = ts.tokenToString(node.operator) as string;
    const operand = node.operand.getText();
    const counts = symbol === "++" || symbol === "--";
    if (!counts) return add(node, operand, "drop");
    const [other, change] = OPERATORS[symbol] as readonly [string, string];
    add(node, ts.isPrefixUnaryExpression(node) ? `${other}${operand}` : `${operand}${other}`, change);
  };

  const visit = (node: ts.Node) => {
    if (isLeftAlone(node)) return;
    addExpression(node);
    if (ts.isStatement(node)) addStatement(node);
    if (ts.isIfStatement(node)) addCondition(node.expression, false);
    if (ts.isWhileStatement(node)) addCondition(node.expression, true);
    if (ts.isForStatement(node) && node.condition) addCondition(node.condition, true);
    if (ts.isReturnStatement(node) && node.expression) {
      const { expression } = node;
      for (const answer of otherAnswers(expression, answerType(node))) add(expression, answer, `answer-${answer}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return [...mutants.values()].sort((a, b) => a.start - b.start);
}

/** The source with one mutant's change applied. */
export function applyMutant(text: string, { start, end, replacement }: Mutant): string {
  return text.slice(0, start) + replacement + text.slice(end);
}
