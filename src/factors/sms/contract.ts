import type { FactorContract } from '../factor';
import { phoneConfig } from '../phone-config';

export const contract: FactorContract = {
  kind: 'sms',
  label: 'Text message',
  help: 'A code in a text message to a mobile phone. Numbers can be taken over: keep a stronger factor beside it.',
  icon: 'message-square',
  amr: ['sms'],
  // NIST SP 800-63B-4 §3.1.3: an out-of-band device, by the SIM that the number leads to.
  authenticator: 'possession',
  delivery: { channel: 'sms', address: 'phone' },
  lowAssurance: true,
  restricted: true,
  maxPerUser: 3,
  enrolmentConfig: phoneConfig,
  standsAlone: true,
  codePattern: '^[0-9]{6}$',
  secretShownOnce: false,
};
