import type { NewestDelivery } from '../persistence/newest-delivery';

/** How a code that travels fares, as callers are told. */
export interface ChallengeState {
  readonly delivery?: 'delivering' | 'sent' | 'delivered' | 'failed' | 'held';
  readonly reason?: string;
  /** Seconds since the epoch. */
  readonly resendAt?: number;
}

const states = {
  queued: 'delivering',
  accepted: 'sent',
  sent: 'sent',
  delivered: 'delivered',
} as const satisfies Partial<Record<NewestDelivery['status'], ChallengeState['delivery']>>;

/** The state of the newest code by the ledger. */
export function challengeStateOf({ status, reason, resend_at: resendAt }: NewestDelivery): ChallengeState {
  const delivery = isUnderWay(status) ? states[status] : 'failed';
  return {
    delivery,
    ...(delivery === 'failed' && reason !== null ? { reason } : {}),
    resendAt,
  };
}

function isUnderWay(status: NewestDelivery['status']): status is keyof typeof states {
  return Object.hasOwn(states, status);
}

/** As callers read it: instants are ISO 8601. */
export function viewChallengeState({ delivery, reason, resendAt }: ChallengeState): {
  delivery?: NonNullable<ChallengeState['delivery']>;
  reason?: string;
  resendAt?: string;
} {
  return {
    ...(delivery === undefined ? {} : { delivery }),
    ...(reason === undefined ? {} : { reason }),
    ...(resendAt === undefined ? {} : { resendAt: new Date(resendAt * 1_000).toISOString() }),
  };
}
