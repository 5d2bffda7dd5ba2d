import type { FactorContract } from '../factor';

export const contract: FactorContract = {
  kind: 'totp',
  label: 'Authenticator app',
  help: 'A code that an app on the user’s phone shows anew every 30 seconds.',
  icon: 'smartphone',
  amr: ['otp'],
  authenticator: 'possession',
  maxPerUser: 5,
  enrolmentConfig: {
    type: 'object',
    properties: {
      algorithm: {
        type: 'string',
        title: 'Hash',
        description: 'Many apps know SHA1 only.',
        enum: ['SHA1', 'SHA256', 'SHA512'],
        default: 'SHA1',
      },
      digits: { type: 'integer', title: 'Digits', enum: [6, 8], default: 6 },
      period: { type: 'integer', title: 'Period in seconds', enum: [30, 60], default: 30 },
    },
  },
  standsAlone: true,
  codePattern: '^([0-9]{6}|[0-9]{8})$',
  secretShownOnce: true,
};
