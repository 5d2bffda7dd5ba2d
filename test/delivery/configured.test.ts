import { createProviders } from '../../src/delivery/catalogue';
import { readConfigured } from '../../src/delivery/configured';
import { providerSettings, type ProviderSettings } from '../../src/delivery/settings';
import { accountSid, authToken, newGatewaySecret } from './provider-fixtures';

const twilio = {
  MFAFLOW_TWILIO_ACCOUNT_SID: accountSid,
  MFAFLOW_TWILIO_AUTH_TOKEN: authToken,
  MFAFLOW_TWILIO_FROM: '+15005550006',
};
const smtp = {
  MFAFLOW_SMTP_URL: 'smtps://mfa:p%40ss@mail.example',
  MFAFLOW_SMTP_FROM: 'Bank <mfa@bank.example>',
};
const gateway = {
  MFAFLOW_GATEWAY_URL: 'https://gw.example/send',
  MFAFLOW_GATEWAY_SECRET: newGatewaySecret(),
};
const gateway2 = {
  MFAFLOW_GATEWAY_2_URL: 'https://gw2.example/send',
  MFAFLOW_GATEWAY_2_SECRET: newGatewaySecret(),
};
const inbox = { MFAFLOW_INBOX_URL: 'http://127.0.0.1:3003', MFAFLOW_INBOX_KEY: 'key' };

function settingsOf(environment: Record<string, string>, production = false): ProviderSettings {
  const read = Object.entries(providerSettings).map(([name, setting]) => [name, setting.read(environment)]);
  return { ...(Object.fromEntries(read) as Omit<ProviderSettings, 'production'>), production };
}

const named = (environment: Record<string, string>) =>
  createProviders(settingsOf(environment), { info: () => undefined }).map(
    ({ contract }) => `${contract.name}: ${contract.channels.join(', ')}`,
  );
const refusalOf = (environment: Record<string, string>, production = false): string => {
  try {
    readConfigured(settingsOf(environment, production));
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

describe('which providers there are', () => {
  it('none without settings', () => {
    expect(named({})).toEqual([]);
  });

  it('the inbox for everything where there is nothing else', () => {
    expect(named(inbox)).toEqual(['inbox: sms, voice, email']);
  });

  it('the inbox for no more than what the others leave over', () => {
    expect(named({ ...inbox, ...twilio })).toEqual(['twilio: sms', 'inbox: voice, email']);
    const everything = { ...inbox, ...twilio, ...smtp, MFAFLOW_TWILIO_VOICE_FROM: '+15005550006' };
    expect(named(everything)).toEqual(['twilio: sms, voice', 'smtp: email']);
  });

  it('in the order that is asked for, without losing one', () => {
    const all = { ...twilio, ...gateway, ...gateway2, ...smtp, MFAFLOW_GATEWAY_2_CHANNELS: 'sms, email' };
    expect(named(all)).toEqual(['twilio: sms', 'gateway: sms', 'gateway-2: sms, email', 'smtp: email']);
    expect(named({ ...all, MFAFLOW_PROVIDER_ORDER: 'gateway-2, smtp' })).toEqual([
      'gateway-2: sms, email',
      'smtp: email',
      'twilio: sms',
      'gateway: sms',
    ]);
  });

  it('tells the log their names and nothing more', () => {
    const lines: unknown[] = [];
    const log = { info: (...parts: unknown[]) => void lines.push(parts) };
    createProviders(settingsOf({ ...twilio, ...smtp, ...gateway, ...inbox }), log as never);
    const told = JSON.stringify(lines);
    for (const secret of [authToken, accountSid, 'p@ss', 'p%40ss', gateway.MFAFLOW_GATEWAY_SECRET, 'example'])
      expect(told).not.toContain(secret);
  });
});

describe('what is refused at the start', () => {
  const cases: readonly (readonly [string, Record<string, string>, string])[] = [
    ['an order of what there is not', { MFAFLOW_PROVIDER_ORDER: 'twillio' }, 'MFAFLOW_PROVIDER_ORDER'],
    [
      'an account SID that is none',
      { ...twilio, MFAFLOW_TWILIO_ACCOUNT_SID: 'AC123' },
      'MFAFLOW_TWILIO_ACCOUNT_SID',
    ],
    ['Twilio without auth token', { ...twilio, MFAFLOW_TWILIO_AUTH_TOKEN: '' }, 'MFAFLOW_TWILIO_AUTH_TOKEN'],
    ['Twilio with nothing to send from', { ...twilio, MFAFLOW_TWILIO_FROM: '' }, 'MFAFLOW_TWILIO_FROM'],
    [
      'a sender name of twelve letters',
      { ...twilio, MFAFLOW_TWILIO_FROM: 'ExampleBankX' },
      'MFAFLOW_TWILIO_FROM',
    ],
    ['calls from a name', { ...twilio, MFAFLOW_TWILIO_VOICE_FROM: 'Bank' }, 'MFAFLOW_TWILIO_VOICE_FROM'],
    [
      'an API key without its secret',
      { ...twilio, MFAFLOW_TWILIO_API_KEY_SID: `SK${'0'.repeat(32)}` },
      'MFAFLOW_TWILIO_API_KEY_SECRET',
    ],
    [
      'a messaging service that is none',
      { ...twilio, MFAFLOW_TWILIO_MESSAGING_SERVICE_SID: 'MG1' },
      'MFAFLOW_TWILIO_MESSAGING_SERVICE_SID',
    ],
    [
      'Twilio without TLS elsewhere',
      { ...twilio, MFAFLOW_TWILIO_URL: 'http://api.twilio.com' },
      'MFAFLOW_TWILIO_URL',
    ],
    [
      'a mail server that is a web server',
      { ...smtp, MFAFLOW_SMTP_URL: 'https://mail.example' },
      'MFAFLOW_SMTP_URL',
    ],
    [
      'an unknown wish of a mail server',
      { ...smtp, MFAFLOW_SMTP_URL: 'smtp://mail.example?tls=maybe' },
      'MFAFLOW_SMTP_URL',
    ],
    [
      'a password with a stray percent sign',
      { ...smtp, MFAFLOW_SMTP_URL: 'smtps://a:5%zz@mail.example' },
      'MFAFLOW_SMTP_URL',
    ],
    ['a mail server without sender', { ...smtp, MFAFLOW_SMTP_FROM: '' }, 'MFAFLOW_SMTP_FROM'],
    [
      'a sender with a second line',
      { ...smtp, MFAFLOW_SMTP_FROM: 'Bank\r\nBcc: a <a@example.com>' },
      'MFAFLOW_SMTP_FROM',
    ],
    [
      'a gateway without TLS elsewhere',
      { ...gateway, MFAFLOW_GATEWAY_URL: 'http://gw.example/' },
      'MFAFLOW_GATEWAY_URL',
    ],
    [
      'a gateway URL with a password',
      { ...gateway, MFAFLOW_GATEWAY_URL: 'https://a:b@gw.example/' },
      'MFAFLOW_GATEWAY_URL',
    ],
    ['a gateway without secret', { ...gateway, MFAFLOW_GATEWAY_SECRET: '' }, 'MFAFLOW_GATEWAY_SECRET'],
    ['a short secret', { ...gateway, MFAFLOW_GATEWAY_SECRET: 'whsec_c2hvcnQ=' }, 'MFAFLOW_GATEWAY_SECRET'],
    [
      'a channel that is none',
      { ...gateway, MFAFLOW_GATEWAY_CHANNELS: 'sms,fax' },
      'MFAFLOW_GATEWAY_CHANNELS',
    ],
    [
      'two gateways with one secret',
      { ...gateway, ...gateway2, MFAFLOW_GATEWAY_2_SECRET: gateway.MFAFLOW_GATEWAY_SECRET },
      'MFAFLOW_GATEWAY_2_SECRET',
    ],
    ['an inbox elsewhere', { ...inbox, MFAFLOW_INBOX_URL: 'https://inbox.example' }, 'MFAFLOW_INBOX_URL'],
    ['an inbox without key', { ...inbox, MFAFLOW_INBOX_KEY: '' }, 'MFAFLOW_INBOX_KEY'],
  ];

  it.each(cases)('%s', (_name, environment, variable) => {
    const refusal = refusalOf(environment);
    expect(refusal).toContain(variable);
    for (const secret of [authToken, 'p%40ss', gateway.MFAFLOW_GATEWAY_SECRET])
      expect(refusal).not.toContain(secret);
  });

  it('the inbox, in production', () => {
    expect(refusalOf(inbox, true)).toContain('MFAFLOW_INBOX_URL');
    expect(refusalOf({ ...twilio, ...smtp, ...gateway }, true)).toBe('');
  });
});

describe('a mail server', () => {
  const read = (url: string) =>
    readConfigured(settingsOf({ ...smtp, MFAFLOW_SMTP_URL: url })).providers.map(
      ({ settings }) => settings,
    )[0];

  it('is spoken to by TLS unless it is on this machine or the operator says otherwise', () => {
    expect(read('smtps://mail.example')).toMatchObject({ secure: true, port: 465 });
    expect(read('smtp://mail.example')).toMatchObject({ secure: false, requireTls: true, port: 587 });
    expect(read('smtp://relay:25?tls=off')).toMatchObject({ requireTls: false, port: 25 });
    expect(read('smtp://127.0.0.1:2525')).toMatchObject({ requireTls: false });
  });

  it('is given user and password as they are', () => {
    expect(read('smtps://mfa:p%40ss@mail.example')).toMatchObject({ auth: { user: 'mfa', pass: 'p@ss' } });
  });
});
