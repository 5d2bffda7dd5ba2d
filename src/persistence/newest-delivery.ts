import type { DeliveryStatus } from './delivery-repository';

/** The newest message of a challenge, and from when on (seconds since the epoch) another can be asked for. */
export interface NewestDelivery {
  readonly status: DeliveryStatus;
  readonly reason: string | null;
  readonly resend_at: number;
}

/**
 * The newest message among the challenges that a condition on `c` picks; a subquery that is null where there is none. A
 * code that replaced another has the later issue.
 */
export const newestDelivery = (picked: string): string => `(
  SELECT jsonb_build_object('status', d.status, 'reason', d.reason,
    'resend_at', ceil(extract(epoch FROM c.resend_at)))
  FROM challenges c JOIN deliveries d ON d.challenge_id = c.challenge_id
  WHERE ${picked} ORDER BY d.issue DESC, d.created_at DESC LIMIT 1)`;
