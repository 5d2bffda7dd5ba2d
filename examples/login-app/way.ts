/** How a user can prove itself, as the pages name it. */
const names: Readonly<Record<string, string>> = {
  totp: 'Authenticator app',
  sms: 'Text message',
  voice: 'Phone call',
  email: 'E-mail',
  'recovery-code': 'Recovery code',
  'temporary-pass': 'Temporary pass',
};

/** What the field for its code is called. */
const labels: Readonly<Record<string, string>> = {
  totp: 'Code from your authenticator app',
  sms: 'Code from the text message',
  voice: 'Code from the call',
  email: 'Code from the e-mail',
  'recovery-code': 'Recovery code',
  'temporary-pass': 'Temporary pass from the help desk',
};

/** Kinds whose code is sent when it is asked for. */
const sent = new Set(['sms', 'voice', 'email']);

export const nameOf = (kind: string): string => names[kind] ?? kind;
export const labelOf = (kind: string): string => labels[kind] ?? 'Code';
export const isSent = (kind: string): boolean => sent.has(kind);
/** Codes of digits; the others are typed from paper, on another keyboard. */
export const isDigits = (kind: string): boolean => kind === 'totp' || sent.has(kind);
