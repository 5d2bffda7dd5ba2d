import type { FactorContract } from '../factor';
import { phoneConfig } from '../phone-config';

export const contract: FactorContract = {
  kind: 'voice',
  label: 'Phone call',
  help: 'A code that a call reads out, to a mobile phone or a landline. Numbers can be taken over: keep a stronger factor beside it.',
  icon: 'phone',
  amr: ['tel'],
  // NIST SP 800-63B-4 §3.1.3: an out-of-band device, by the line that the number leads to.
  authenticator: 'possession',
  delivery: { channel: 'voice', address: 'phone' },
  lowAssurance: true,
  restricted: true,
  maxPerUser: 3,
  enrolmentConfig: phoneConfig,
  standsAlone: true,
  codePattern: '^[0-9]{6}$',
  secretShownOnce: false,
};
