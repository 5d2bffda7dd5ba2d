import { isCelError, parse, plan, celEnv, type CelInput } from '@bufbuild/cel';
import { levelOf, type Acr } from '../assurance';
import type { AuthenticationFacts, Proof } from './walk';

/** What an expression may speak of. Every list holds strings. */
export const declaredFacts: Readonly<Record<string, FactType | Readonly<Record<string, FactType>>>> = {
  user: { groups: 'list', factors: 'list', hasFactor: 'bool' },
  request: {
    purpose: 'string',
    acr: 'string',
    audience: 'string',
    ip: 'string',
    userAgent: 'string',
    primary: 'string',
    maxAge: 'int',
  },
  assurance: { reached: 'int', requested: 'int' },
  proved: 'list',
  now: 'timestamp',
};

export type FactType = 'list' | 'int' | 'string' | 'bool' | 'timestamp';

/** The declared facts with their values: CEL integers are bigints, its timestamps messages. */
export type ConditionFacts = Readonly<Record<string, CelInput>>;

/** The facts of an authentication in the names and types of expressions; what is absent is '' or -1. */
export function conditionFacts(
  facts: AuthenticationFacts,
  proofs: readonly Proof[],
  reached: Acr,
): ConditionFacts {
  const { user, request } = facts;
  return {
    user: {
      groups: user.groups,
      factors: user.factors.map((factor) => factor.kind),
      hasFactor: user.factors.length > 0,
    },
    request: {
      purpose: request.purpose,
      acr: request.acr ?? '',
      audience: request.audience ?? '',
      ip: request.ip ?? '',
      userAgent: request.userAgent ?? '',
      primary: request.primary ?? '',
      maxAge: wholeNumber(request.maxAge ?? -1),
    },
    assurance: {
      reached: BigInt(levelOf(reached)),
      requested: BigInt(levelOf(request.acr ?? 'aal1')),
    },
    proved: proofs.map((proof) => proof.kind),
    // Made when an expression asks for it: few do, and it costs as much as all the rest.
    get now() {
      return timestampOf(facts.now);
    },
  };
}

function wholeNumber(value: number): bigint {
  return BigInt(Math.trunc(value));
}

const timestampProgram = plan(celEnv(), parse('timestamp(text)'));

/** An instant as a CEL timestamp; `seconds` since the epoch. */
function timestampOf(seconds: number): CelInput {
  const timestamp = timestampProgram({ text: new Date(seconds * 1_000).toISOString() });
  if (isCelError(timestamp)) throw timestamp;
  return timestamp;
}
