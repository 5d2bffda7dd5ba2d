import type { parse } from '@bufbuild/cel';
import { declaredFacts } from './condition-facts';

type Expr = ReturnType<typeof parse>['expr'];

const maxLength = 1_000;
const maxNodes = 300;
const maxDepth = 60;

const operators =
  '_&&_ _||_ !_ _?_:_ _==_ _!=_ _<_ _<=_ _>_ _>=_ _+_ _-_ _*_ _/_ _%_ -_ @in _[_] @not_strictly_false';
const functions =
  'size contains startsWith endsWith matches int double string bool timestamp duration getFullYear getMonth ' +
  'getDate getDayOfMonth getDayOfWeek getDayOfYear getHours getMinutes getSeconds';
const allowedFunctions = new Set(`${operators} ${functions}`.split(' '));

/**
 * Why a text may not even be parsed, or `undefined`. The parser calls itself for each bracket: how deep it can go would
 * otherwise depend on the stack of whoever publishes the flow. Brackets within strings count too; nobody needs that many.
 */
export function textFault(expression: string): string | undefined {
  if (expression.length > maxLength) return `the expression is longer than ${maxLength} characters`;
  let depth = 0;
  for (const character of expression) {
    if ('([{'.includes(character)) depth += 1;
    if (')]}'.includes(character)) depth -= 1;
    if (depth > maxDepth) return 'the expression is too complex';
  }
  return undefined;
}

interface Place {
  readonly depth: number;
  /** Names bound by the macro around it; null outside of one. */
  readonly macro: ReadonlySet<string> | null;
}

/**
 * Why an expression may not run, or `undefined`. Whatever passes costs at most its size times the longest declared list:
 * macros run over a declared list, are not nested, and hold no regular expression. (Macros over literal lists, nested, can
 * be made to take seconds.)
 */
export function expressionFault(root: Expr): string | undefined {
  let nodes = 0;
  const pending: { expr: Expr; place: Place }[] = [{ expr: root, place: { depth: 0, macro: null } }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    nodes += 1;
    if (nodes > maxNodes || next.place.depth > maxDepth) return 'the expression is too complex';
    const found = partsOf(next.expr, next.place);
    if (typeof found === 'string') return found;
    pending.push(...found);
  }
  return undefined;
}

type Parts = { expr: Expr; place: Place }[];

/** The parts of an expression that remain to be looked at, or what is wrong with it. */
function partsOf(expr: Expr, place: Place): Parts | string {
  const inside = { depth: place.depth + 1, macro: place.macro };
  const all = (parts: (Expr | undefined)[]): Parts =>
    parts.filter((part) => part !== undefined).map((part) => ({ expr: part, place: inside }));
  const { exprKind } = expr;
  switch (exprKind.case) {
    case 'constExpr':
      return [];
    case 'identExpr':
      return identFault(exprKind.value.name, place) ?? [];
    case 'selectExpr':
      return selectFault(exprKind.value.operand, exprKind.value.field, place) ?? [];
    case 'listExpr':
      return all(exprKind.value.elements);
    case 'callExpr':
      return (
        callFault(exprKind.value.function, exprKind.value.args, place) ??
        all([exprKind.value.target, ...exprKind.value.args])
      );
    case 'comprehensionExpr': {
      const { iterVar, iterVar2, accuVar, iterRange, accuInit, loopCondition, loopStep, result } =
        exprKind.value;
      if (place.macro !== null) return 'macros must not be nested';
      if (!isDeclaredList(iterRange)) return 'a macro must run over user.groups, user.factors or proved';
      const macro = { depth: place.depth + 1, macro: new Set([iterVar, iterVar2, accuVar]) };
      return all([accuInit]).concat(
        [loopCondition, loopStep, result]
          .filter((part) => part !== undefined)
          .map((part) => ({ expr: part, place: macro })),
      );
    }
    default:
      return 'maps and messages are not supported';
  }
}

function identFault(name: string, place: Place): string | undefined {
  if (place.macro?.has(name) === true) return undefined;
  if (typeof declaredFact(name) === 'string') return undefined;
  return declaredFact(name) === undefined ? `unknown fact: ${name}` : `name one of the facts of ${name}`;
}

function selectFault(operand: Expr | undefined, field: string, place: Place): string | undefined {
  if (operand?.exprKind.case !== 'identExpr') return `unknown fact: ${field}`;
  const { name } = operand.exprKind.value;
  const fields = place.macro?.has(name) === true ? undefined : declaredFact(name);
  if (typeof fields === 'object' && Object.hasOwn(fields, field)) return undefined;
  return `unknown fact: ${name}.${field}`;
}

function callFault(name: string, args: readonly Expr[], place: Place): string | undefined {
  if (!allowedFunctions.has(name)) return `unknown function: ${name}`;
  // The evaluator takes a number for milliseconds where CEL says seconds: a policy must not depend on which.
  if (name === 'timestamp' && !args.every(isText))
    return 'timestamp takes a literal such as "2030-01-31T00:00:00Z"';
  if (name === 'matches' && place.macro !== null) return 'matches must not be used inside a macro';
  return undefined;
}

function isText({ exprKind }: Expr): boolean {
  return exprKind.case === 'constExpr' && exprKind.value.constantKind.case === 'stringValue';
}

function isDeclaredList(range: Expr | undefined): boolean {
  if (range?.exprKind.case === 'identExpr') return declaredFact(range.exprKind.value.name) === 'list';
  if (range?.exprKind.case !== 'selectExpr') return false;
  const { operand, field } = range.exprKind.value;
  if (operand?.exprKind.case !== 'identExpr') return false;
  const fields = declaredFact(operand.exprKind.value.name);
  return typeof fields === 'object' && Object.hasOwn(fields, field) && fields[field] === 'list';
}

function declaredFact(name: string): (typeof declaredFacts)[string] | undefined {
  return Object.hasOwn(declaredFacts, name) ? declaredFacts[name] : undefined;
}
