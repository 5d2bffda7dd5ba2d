/** An error as Twilio answers it (https://www.twilio.com/docs/usage/twilios-response#response-formats-exceptions). */
export interface TwilioError {
  readonly code: number;
  readonly message: string;
  readonly more_info: string;
  readonly status: number;
}

/** Texts of the error dictionary (https://www.twilio.com/docs/api/errors) for what the simulator itself answers. */
const texts: Readonly<Record<number, { readonly status: number; readonly message: string }>> = {
  20003: { status: 401, message: 'Authenticate' },
  20004: { status: 405, message: 'Method Not Allowed' },
  20404: { status: 404, message: 'The requested resource was not found' },
  20429: { status: 429, message: 'Too many requests' },
  21201: { status: 400, message: 'No Called number specified' },
  21205: { status: 400, message: 'Invalid URL' },
  21211: { status: 400, message: "Invalid 'To' Phone Number" },
  21212: { status: 400, message: "Invalid 'From' Number" },
  21213: { status: 400, message: 'Caller phone number is required' },
  21214: { status: 400, message: "'To' phone number cannot be reached" },
  21215: { status: 400, message: 'Geo Permission configuration is not permitting call' },
  21216: { status: 400, message: 'API: Call blocked by Twilio' },
  21217: { status: 400, message: 'Phone number does not appear to be valid' },
  21408: { status: 400, message: 'Message blocked: permissions disabled for the destination region' },
  21602: { status: 400, message: 'Message body is required' },
  21603: {
    status: 400,
    message: "A 'From' or 'MessagingServiceSid' parameter is required to send a message",
  },
  21604: { status: 400, message: "The destination 'To' phone number is required to send an SMS" },
  21606: {
    status: 400,
    message: "'From' number is not a valid message-capable Twilio number for this account",
  },
  21610: { status: 400, message: 'Attempt to send to unsubscribed recipient' },
  21612: {
    status: 400,
    message: 'Message cannot be sent with the current combination of "To" and/or "From" parameters',
  },
  21614: { status: 400, message: "'To' number is not a valid mobile number" },
  21617: { status: 400, message: 'The concatenated message body exceeds the 1600 character limit' },
};

export function twilioError(code: number, status?: number): TwilioError {
  const known = texts[code] ?? { status: 400, message: 'Failed' };
  return {
    code,
    message: known.message,
    more_info: `https://www.twilio.com/docs/errors/${String(code)}`,
    status: status ?? known.status,
  };
}

/**
 * Numbers that answer an error whenever they are sent to
 * (https://www.twilio.com/docs/iam/test-credentials#test-sms-messages and `#test-calls`).
 */
export const magicNumbers: Readonly<Record<'sms' | 'voice', Readonly<Record<string, number>>>> = {
  sms: {
    '+15005550001': 21211,
    '+15005550002': 21612,
    '+15005550003': 21408,
    '+15005550004': 21610,
    '+15005550009': 21614,
  },
  voice: {
    '+15005550001': 21217,
    '+15005550002': 21214,
    '+15005550003': 21215,
    '+15005550004': 21216,
  },
};
