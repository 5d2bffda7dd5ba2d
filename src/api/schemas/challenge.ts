import { z } from 'zod';
import { instantField } from './fields';

/** How a code that travels fares. */
export const challengeState = {
  delivery: z
    .enum(['delivering', 'sent', 'delivered', 'failed', 'held'])
    .optional()
    .describe(
      'Of a code that travels. `delivering` until a provider has taken it, `sent` when one has, `delivered` when the provider says so; `failed`: offer the user another option, or a resend; `held`: not sent, because the user was sent too many.',
    ),
  reason: z.string().optional().describe('Why a delivery has failed, such as `address_rejected`.'),
  resendAt: instantField.optional().describe('From when on another code can be asked for.'),
};
