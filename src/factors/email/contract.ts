import type { FactorContract } from '../factor';

export const contract: FactorContract = {
  kind: 'email',
  label: 'E-mail',
  help: 'A code or a link in an e-mail. Whoever can read the mailbox has it: keep a stronger factor beside it.',
  icon: 'mail',
  // RFC 8176 has no word for mail; the code is a one-time password, and acr says that it proves no device.
  amr: ['otp'],
  // NIST SP 800-63B-4 §3.1.3.1: e-mail shall not be used for out-of-band authentication.
  authenticator: 'mailbox',
  delivery: { channel: 'email', address: 'email' },
  lowAssurance: true,
  maxPerUser: 3,
  enrolmentConfig: {
    type: 'object',
    required: ['address'],
    properties: {
      address: {
        type: 'string',
        title: 'E-mail address',
        pattern: '^[^@\\s\\p{C}]+@[^@\\s\\p{C}]+$',
        maxLength: 254,
      },
      variant: {
        type: 'string',
        title: 'What the e-mail holds',
        description: 'A code to type, or a link to a page that shows it.',
        enum: ['code', 'link'],
        default: 'code',
      },
    },
  },
  standsAlone: true,
  codePattern: '^[0-9]{6}$',
  secretShownOnce: false,
};
