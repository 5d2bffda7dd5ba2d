import { ConfigInvalid } from '../../setting';
import { endpointOf } from '../endpoint';
import type { ProviderSettings } from '../settings';

/** One account at Twilio and what it may send from. */
export interface TwilioSettings {
  readonly accountSid: string;
  /** Signs the callbacks. */
  readonly authToken: string;
  /** What calls of the API are made with. */
  readonly username: string;
  readonly password: string;
  readonly messageSender?: { readonly from: string } | { readonly messagingServiceSid: string };
  readonly voiceFrom?: string;
  /** Where the API is, without a slash at its end. */
  readonly url: string;
}

const e164 = /^\+[1-9]\d{5,14}$/;
/** Twilio takes a number, a short code, or a name of letters, digits and blanks. */
const senderShape = /^(?:\+[1-9]\d{5,14}|\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11})$/;

/**
 * @returns undefined where Twilio is not configured.
 * @throws {ConfigInvalid}
 */
export function readTwilioSettings(settings: ProviderSettings): TwilioSettings | undefined {
  const { twilioAccountSid: accountSid, twilioAuthToken: authToken, twilioVoiceFrom: voiceFrom } = settings;
  if (accountSid === undefined) return undefined;
  if (!isSid('AC', accountSid))
    throw new ConfigInvalid('MFAFLOW_TWILIO_ACCOUNT_SID must be AC and 32 hex digits.');
  if (authToken === undefined) {
    throw new ConfigInvalid(
      'MFAFLOW_TWILIO_AUTH_TOKEN is not set, and callbacks of Twilio are checked by it.',
    );
  }
  if (voiceFrom !== undefined && !e164.test(voiceFrom))
    throw new ConfigInvalid('MFAFLOW_TWILIO_VOICE_FROM must be a number with + and country code.');
  const messageSender = messageSenderOf(settings);
  if (messageSender === undefined && voiceFrom === undefined) {
    throw new ConfigInvalid(
      'Twilio needs MFAFLOW_TWILIO_FROM or MFAFLOW_TWILIO_MESSAGING_SERVICE_SID for texts, or MFAFLOW_TWILIO_VOICE_FROM for calls.',
    );
  }
  return {
    accountSid,
    authToken,
    ...credentialsOf(settings, accountSid, authToken),
    ...(messageSender === undefined ? {} : { messageSender }),
    ...(voiceFrom === undefined ? {} : { voiceFrom }),
    url: endpointOf('MFAFLOW_TWILIO_URL', settings.twilioUrl).replace(/\/+$/, ''),
  };
}

function messageSenderOf({ twilioFrom: from, twilioMessagingServiceSid: service }: ProviderSettings) {
  if (service !== undefined) {
    if (!isSid('MG', service))
      throw new ConfigInvalid('MFAFLOW_TWILIO_MESSAGING_SERVICE_SID must be MG and 32 hex digits.');
    return { messagingServiceSid: service };
  }
  if (from === undefined) return undefined;
  if (!senderShape.test(from)) {
    throw new ConfigInvalid(
      'MFAFLOW_TWILIO_FROM must be a number with + and country code, a short code, or a name of at most 11 characters.',
    );
  }
  return { from };
}

function credentialsOf(settings: ProviderSettings, accountSid: string, authToken: string) {
  const { twilioApiKeySid: keySid, twilioApiKeySecret: keySecret } = settings;
  if (keySid === undefined) return { username: accountSid, password: authToken };
  if (!isSid('SK', keySid))
    throw new ConfigInvalid('MFAFLOW_TWILIO_API_KEY_SID must be SK and 32 hex digits.');
  if (keySecret === undefined)
    throw new ConfigInvalid('MFAFLOW_TWILIO_API_KEY_SECRET is not set, and the API key needs it.');
  return { username: keySid, password: keySecret };
}

function isSid(prefix: string, sid: string): boolean {
  return sid.startsWith(prefix) && /^[0-9a-f]{32}$/i.test(sid.slice(2));
}
