import type { FactorContract } from '../factor';

export const contract: FactorContract = {
  kind: 'recovery-code',
  label: 'Recovery codes',
  help: 'Ten codes to keep somewhere safe, each good once, for the day the other factors are out of reach.',
  icon: 'life-buoy',
  amr: ['otp'],
  authenticator: 'possession',
  savedRecoveryCode: true,
  maxPerUser: 1,
  enrolmentConfig: { type: 'object', properties: {} },
  offeredAfterFirst: true,
  standsAlone: false,
  codePattern: '^[0-9a-hjkmnp-tv-z]{20}$',
  secretShownOnce: true,
};
