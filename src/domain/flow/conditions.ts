import { celEnv, isCelError, parse, plan, type CelInput } from '@bufbuild/cel';
import { conditionFacts, type ConditionFacts } from './condition-facts';
import { expressionFault, textFault } from './expression-bounds';

/** A compiled CEL expression over the declared facts. */
export interface Condition {
  readonly expression: string;
  /** `undefined` when it fails or gives no boolean: the caller must then fail closed. */
  evaluate(facts: ConditionFacts): boolean | undefined;
}

export type CompiledCondition =
  { readonly ok: true; readonly condition: Condition } | { readonly ok: false; readonly detail: string };

/**
 * Parses, bounds and plans an expression once. It is refused when it does not parse, speaks of an undeclared fact or
 * function, could cost too much, or gives something else than a boolean.
 */
export function compileCondition(expression: string): CompiledCondition {
  const unreadable = textFault(expression);
  if (unreadable !== undefined) return refused(unreadable);
  try {
    const parsed = parse(expression);
    const fault = expressionFault(parsed.expr);
    if (fault !== undefined) return refused(fault);
    return triedOnExample(expression, plan(celEnv(), parsed));
  } catch (error) {
    // The parser throws plain errors.
    return refused(error instanceof Error ? error.message.slice(0, 300) : 'the expression does not parse');
  }
}

type Program = (bindings: Record<string, CelInput>) => unknown;

function triedOnExample(expression: string, program: Program): CompiledCondition {
  const result = program(exampleFacts);
  // An error may be due to the example (a group that is not there); another type is due to the expression.
  if (!isCelError(result) && typeof result !== 'boolean') {
    return refused('the expression does not give true or false');
  }
  const evaluate = (facts: ConditionFacts): boolean | undefined => {
    const value = program(facts);
    // CEL returns errors as objects, and an object is truthy: nothing but the two booleans counts.
    return typeof value === 'boolean' ? value : undefined;
  };
  return { ok: true, condition: { expression, evaluate } };
}

function refused(detail: string): CompiledCondition {
  return { ok: false, detail };
}

const exampleFacts = conditionFacts(
  {
    user: { groups: ['staff'], factors: [{ id: 'factor', kind: 'totp' }] },
    request: {
      purpose: 'login',
      acr: 'aal2',
      maxAge: 300,
      audience: 'shop',
      ip: '192.0.2.1',
      userAgent: 'example',
      primary: 'pwd',
    },
    now: 1_700_000_000,
  },
  [{ factorId: 'factor', kind: 'totp', at: 1_700_000_000, usedBy: null }],
  'aal1',
);
