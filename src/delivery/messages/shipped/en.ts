import type { MailLine, Wording } from './wording';

const login: readonly MailLine[] = [
  { lists: ['at', 'device', 'ip', 'place'] },
  '{{#notMeLink}}If you are not signing in, somebody else may know your password: tell us.{{/notMeLink}}',
  { opens: 'notMeLink', label: 'This was not me' },
];

const change: readonly MailLine[] = [
  { lists: ['factorKind', 'factorName', 'at', 'device', 'ip', 'place', 'reason'] },
  'If this was you, there is nothing to do. If not, tell us at once.',
  { opens: 'notMeLink', label: 'This was not me' },
  {
    note: 'You get this message because {{tenant}} tells every address it knows of you when your sign-in methods change.',
  },
];

export const en: Wording = {
  mail: {
    code: {
      subject: 'Your code for {{tenant}}',
      lines: [
        'Enter this code where {{tenant}} asks you for it:',
        { shows: 'code' },
        '{{#validFor}}It works once, for {{validFor}}. {{/validFor}}Give it to nobody, whoever asks.',
        ...login,
        {
          note: 'You get this message because somebody who signs in to {{tenant}}, or sets up this address there, was asked for a code. If that was not you, do not use the code.',
        },
      ],
    },
    'login-link': {
      subject: 'Continue signing in to {{tenant}}',
      lines: [
        'You began to sign in to {{tenant}}. Continue here:',
        { opens: 'link', label: 'Continue signing in' },
        '{{#validFor}}The link works once, for {{validFor}}. {{/validFor}}Forward it to nobody.',
        ...login,
        {
          note: 'You get this message because somebody who signs in to {{tenant}}, or sets up this address there, asked for a link. If that was not you, do not open it.',
        },
      ],
    },
    'confirm-address': {
      subject: 'Confirm your address for {{tenant}}',
      lines: [
        'Please confirm that this address is yours:',
        { opens: 'link', label: 'Confirm the address' },
        '{{#validFor}}The link works once, for {{validFor}}.{{/validFor}}',
        {
          note: 'You get this message because this address was given to {{tenant}}. If you do not know why, do nothing: it stays unconfirmed.',
        },
      ],
    },
    'factor-enrolled': {
      subject: 'New sign-in method at {{tenant}}',
      lines: ['A sign-in method was added to your account at {{tenant}}.', ...change],
    },
    'factor-replaced': {
      subject: 'Sign-in method replaced at {{tenant}}',
      lines: ['A sign-in method of your account at {{tenant}} was replaced by a new one.', ...change],
    },
    'factor-removed': {
      subject: 'Sign-in method removed at {{tenant}}',
      lines: ['A sign-in method was removed from your account at {{tenant}}.', ...change],
    },
    'pass-issued': {
      subject: 'Temporary pass issued at {{tenant}}',
      lines: [
        'A temporary pass to your account at {{tenant}} was issued. It is not in this message.',
        ...change,
      ],
    },
  },
  sms: {
    code: '{{code}} is your code for {{tenant}}.{{#validFor}} Valid for {{validFor}}.{{/validFor}} Give it to nobody.',
    'login-link': '{{tenant}}: continue signing in here, or ignore this: {{link}}',
    'confirm-address': '{{tenant}}: if this number is yours and you expect this, confirm it here: {{link}}',
    'factor-enrolled':
      '{{tenant}}: a sign-in method was added to your account ({{factorKind}}, {{at}}).{{#notMeLink}} Not you? {{notMeLink}}{{/notMeLink}}',
    'factor-replaced':
      '{{tenant}}: a sign-in method of your account was replaced ({{factorKind}}, {{at}}).{{#notMeLink}} Not you? {{notMeLink}}{{/notMeLink}}',
    'factor-removed':
      '{{tenant}}: a sign-in method was removed from your account ({{factorKind}}, {{at}}).{{#notMeLink}} Not you? {{notMeLink}}{{/notMeLink}}',
    'pass-issued':
      '{{tenant}}: a temporary pass to your account was issued ({{at}}).{{#notMeLink}} Not you? {{notMeLink}}{{/notMeLink}}',
  },
  voice: {
    code: 'Hello. This is {{tenant}}. Your code is: {{code}}. Once more, your code is: {{code}}.{{#validFor}} It is valid for {{validFor}}.{{/validFor}} Give it to nobody. Goodbye.',
    'factor-enrolled':
      'Hello. This is {{tenant}}. A sign-in method was added to your account: {{factorKind}}. If this was not you, contact us at once in a way that you know. Goodbye.',
    'factor-replaced':
      'Hello. This is {{tenant}}. A sign-in method of your account was replaced: {{factorKind}}. If this was not you, contact us at once in a way that you know. Goodbye.',
    'factor-removed':
      'Hello. This is {{tenant}}. A sign-in method was removed from your account: {{factorKind}}. If this was not you, contact us at once in a way that you know. Goodbye.',
    'pass-issued':
      'Hello. This is {{tenant}}. A temporary pass to your account was issued. If you did not ask for it, contact us at once in a way that you know. Goodbye.',
  },
  colon: ': ',
  labels: {
    factorKind: 'Method',
    factorName: 'Name',
    at: 'Time',
    device: 'Device',
    ip: 'IP address',
    place: 'Place',
    reason: 'Reason',
  },
  factorKinds: {
    totp: 'authenticator app',
    'recovery-code': 'recovery codes',
    sms: 'code by SMS',
    voice: 'code by phone call',
    email: 'e-mail',
    'temporary-pass': 'temporary pass',
  },
};
