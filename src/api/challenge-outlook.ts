import { advance, beginWalk } from '../domain/flow/next-step';
import type { AuthenticationFacts, Step } from '../domain/flow/walk';
import { factorContracts } from '../factors/catalogue';
import { usableAmong } from '../factors/usable-factors';
import { type FactorRow, readSituation, type Situation } from '../persistence/situation';
import { openField } from '../security/field-encryption';
import type { JsonValue } from '../domain/json';
import type { ApiParts } from './parts';
import { RECORD_VERSION } from './sealed-record';

/** What an ordinary login would ask a user for at this moment. */
export interface ChallengeOutlook {
  readonly possible: boolean;
  /** Why not: `locked`, `waiting`, `enrolment_required`, or the reason that a denial would give. */
  readonly reason?: string;
  /** Factors that would do, in the order in which they are offered. */
  readonly factors: readonly { readonly id: string; readonly kind: string }[];
  /** Their kinds, each once. */
  readonly kinds: readonly string[];
  /** The user's default, when it would do. */
  readonly default?: string;
}

/**
 * Walks the tenant's login flow to its first stop, as a login would that asks for nothing in particular: no assurance,
 * no session, no address. A flow whose conditions look at those may decide otherwise when they come.
 *
 * @returns undefined when the tenant has no such user
 */
export async function readChallengeOutlook(
  parts: Pick<ApiParts, 'pool' | 'dataKeys' | 'flows'>,
  of: { tenantId: string; userId: string },
): Promise<ChallengeOutlook | undefined> {
  const situation = await readSituation(parts.pool, { ...of, commandId: '' });
  if (situation === undefined) return undefined;
  const flow = await parts.flows.compiled(situation.flowId);
  const usable = await usableFactors(parts, situation);
  const { step } = advance(flow, beginWalk(flow), factsOf(situation, usable), factorContracts);
  return outlookOf(situation, step);
}

function outlookOf(situation: Situation, step: Step): ChallengeOutlook {
  const factors = step.kind === 'require' ? step.factors : [];
  const reason = obstacleOf(situation) ?? denialOf(step);
  const byDefault = factors.find(({ id }) => id === situation.defaultFactor);
  return {
    possible: reason === undefined,
    ...(reason === undefined ? {} : { reason }),
    factors,
    kinds: [...new Set(factors.map(({ kind }) => kind))],
    ...(byDefault === undefined ? {} : { default: byDefault.id }),
  };
}

/** What the failure budget or an operator has put in the way. */
function obstacleOf({ now, operatorOnly, lockedUntil, waitUntil }: Situation): string | undefined {
  if (operatorOnly || (lockedUntil ?? 0) > now) return 'locked';
  return (waitUntil ?? 0) > now ? 'waiting' : undefined;
}

function denialOf(step: Step): string | undefined {
  if (step.kind === 'deny') return step.reason;
  return step.kind === 'enrol' ? 'enrolment_required' : undefined;
}

async function usableFactors(
  parts: Pick<ApiParts, 'dataKeys'>,
  { tenantId, userId, factors, now }: Situation,
): Promise<FactorRow[]> {
  const hasSpent = factors.some(({ spent }) => spent.length > 0);
  const dataKey = hasSpent ? await parts.dataKeys.forScope({ tenantId, userId }) : undefined;
  return usableAmong(factors, now, (record, sealed) => {
    if (dataKey === undefined) return null;
    const place = { tenantId, userId, record, version: RECORD_VERSION };
    const opened = openField(dataKey, Buffer.from(sealed, 'base64'), place);
    return JSON.parse(opened.toString('utf8')) as JsonValue;
  });
}

function factsOf(situation: Situation, usable: readonly FactorRow[]): AuthenticationFacts {
  const { groups, defaultFactor, preferredOrder } = situation;
  return {
    user: {
      groups,
      factors: usable.map(({ factor_id: id, kind }) => ({ id, kind })),
      preference: { defaultFactor, preferredOrder },
    },
    request: {
      purpose: 'login',
      acr: null,
      maxAge: null,
      audience: null,
      ip: null,
      userAgent: null,
      primary: null,
    },
    now: Math.floor(situation.now / 1_000),
  };
}
