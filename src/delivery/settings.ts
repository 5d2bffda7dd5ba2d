import { optionalText, text, url, type Setting } from '../setting';

/** What a gateway is configured by; there may be two, so that a channel has a second way out. */
function gatewaySettings<Name extends 'gateway' | 'gateway2'>(name: Name, prefix: string) {
  return {
    [`${name}Url`]: optionalText(
      `${prefix}_URL`,
      'Where a gateway of your own takes messages (docs/providers.md); https, or http on this machine.',
    ),
    [`${name}Secret`]: optionalText(
      `${prefix}_SECRET`,
      'Secret that signs what goes to this gateway and comes from it: whsec_ and 24 to 64 bytes in base64.',
    ),
    [`${name}Channels`]: text(`${prefix}_CHANNELS`, 'Channels of this gateway, apart by commas.', 'sms'),
  } as Record<`${Name}Url` | `${Name}Secret`, Setting<string | undefined>> &
    Record<`${Name}Channels`, Setting<string>>;
}

/** The variables by which providers of messages are configured; each provider exists where its first one is set. */
export const providerSettings = {
  providerOrder: text(
    'MFAFLOW_PROVIDER_ORDER',
    'Which provider is tried first for a channel that several serve; apart by commas.',
    'twilio,gateway,gateway-2,smtp',
  ),
  twilioAccountSid: optionalText('MFAFLOW_TWILIO_ACCOUNT_SID', 'Account SID at Twilio, AC and 32 digits.'),
  twilioAuthToken: optionalText(
    'MFAFLOW_TWILIO_AUTH_TOKEN',
    'Auth token of the account: Twilio signs its callbacks with it, whatever the calls are made with.',
  ),
  twilioApiKeySid: optionalText(
    'MFAFLOW_TWILIO_API_KEY_SID',
    'API key to call Twilio with, SK and 32 digits.',
  ),
  twilioApiKeySecret: optionalText('MFAFLOW_TWILIO_API_KEY_SECRET', 'Secret of that API key.'),
  twilioFrom: optionalText('MFAFLOW_TWILIO_FROM', 'Number or sender name that text messages come from.'),
  twilioMessagingServiceSid: optionalText(
    'MFAFLOW_TWILIO_MESSAGING_SERVICE_SID',
    'Messaging service that text messages go through, MG and 32 digits, instead of a sender.',
  ),
  twilioVoiceFrom: optionalText('MFAFLOW_TWILIO_VOICE_FROM', 'Number that calls come from.'),
  twilioUrl: url('MFAFLOW_TWILIO_URL', "Where Twilio's API is.", 'https://api.twilio.com'),
  smtpUrl: optionalText(
    'MFAFLOW_SMTP_URL',
    'Mail server, such as smtps://user:password@host:465, or smtp:// with port 587 for STARTTLS.',
  ),
  smtpFrom: optionalText('MFAFLOW_SMTP_FROM', 'Sender of mails, an address or `Name <address>`.'),
  ...gatewaySettings('gateway', 'MFAFLOW_GATEWAY'),
  ...gatewaySettings('gateway2', 'MFAFLOW_GATEWAY_2'),
  inboxUrl: optionalText(
    'MFAFLOW_INBOX_URL',
    'Inbox on this machine that takes the messages of every channel without a provider; refused in production.',
  ),
  inboxKey: optionalText('MFAFLOW_INBOX_KEY', 'Key of that inbox.'),
};

export type ProviderSettings = {
  readonly [Name in keyof typeof providerSettings]: ReturnType<(typeof providerSettings)[Name]['read']>;
} & { readonly production: boolean };
