import type { FactorContract } from '../factor';

const thirtyDays = 30 * 24 * 60;

export const contract: FactorContract = {
  kind: 'temporary-pass',
  label: 'Temporary pass',
  help: 'A code that an operator hands out for a while, to somebody who has nothing else at hand.',
  icon: 'ticket',
  // Not `pwd`, which is the application's own claim to have checked a password.
  amr: ['otp'],
  // A secret that somebody was told proves no device, and beside a password it is a second one (NIST SP 800-63B-4 §3.1.1).
  authenticator: 'knowledge',
  lowAssurance: true,
  issuedByOperator: true,
  maxPerUser: 1,
  enrolmentConfig: {
    type: 'object',
    properties: {
      minutes: {
        type: 'integer',
        title: 'Good for so many minutes',
        description: 'From ten minutes to thirty days.',
        minimum: 10,
        maximum: thirtyDays,
        default: 60,
      },
      once: { type: 'boolean', title: 'Good once', default: true },
    },
  },
  standsAlone: false,
  codePattern: '^[0-9a-hjkmnp-tv-z]{16}$',
  secretShownOnce: true,
};
