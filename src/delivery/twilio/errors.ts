/**
 * Codes of a message that Twilio took and could not deliver which are about the person's line: nothing is wrong with
 * Twilio, and another provider, or this one tomorrow, may reach it.
 */
export const aboutLine: readonly number[] = [
  30003, // Unreachable destination handset
  30005, // Unknown destination handset
  30006, // Landline or unreachable carrier
];

/** What an error of Twilio says about another attempt. */
type Verdict = 'address' | 'provider' | 'slow-down' | 'failed';

/**
 * Twilio's error codes that say more than their HTTP status; each is at `https://www.twilio.com/docs/api/errors/<code>`.
 * `address`: nobody can reach this address so; `provider`: Twilio cannot or may not, another way out may. Twilio adds
 * codes and tells its customers not to rely on them: an unknown one of a 4xx is `provider`, which loses no user.
 */
export const verdicts: Readonly<Record<number, Verdict>> = {
  // 'To' is no number, or none that can take this.
  13224: 'address', // Twilio does not support calling this number or the number is invalid
  21202: 'address', // Called number is a premium number
  21211: 'address', // Invalid 'To' Phone Number
  21214: 'address', // 'To' phone number cannot be reached
  21217: 'address', // Phone number does not appear to be valid
  21265: 'address', // 'To' number cannot be a Short Code
  21268: 'address', // Sending to Premium rate or Information Service numbers is not allowed
  21401: 'address', // Invalid Phone Number
  21421: 'address', // Phone Number is invalid
  21614: 'address', // 'To' number is not a valid mobile number
  21635: 'address', // 'To' number cannot be a landline
  63003: 'address', // Channel could not find To address
  63024: 'address', // Invalid message recipient
  // The person told this sender to stop; going round it by another provider would not respect that.
  21610: 'address', // Attempt to send to unsubscribed recipient
  // This account, this sender, or this route.
  20003: 'provider', // Authenticate
  20005: 'provider', // Account not active
  20404: 'provider', // Not Found
  21203: 'provider', // International calling not enabled
  21210: 'provider', // 'From' phone number not verified
  21212: 'provider', // Invalid 'From' Number
  21215: 'provider', // Geo Permission configuration is not permitting call
  21216: 'provider', // API: Call blocked by Twilio
  21219: 'provider', // 'To' phone number not verified (trial account)
  21266: 'provider', // 'To' and 'From' numbers cannot be the same
  21408: 'provider', // Message blocked: permissions disabled for the destination region
  21603: 'provider', // A 'From' or 'MessagingServiceSid' parameter is required to send a message
  21606: 'provider', // 'From' number is not a valid message-capable Twilio number for this account
  21608: 'provider', // The 'to' phone number provided is not yet verified for this account
  21609: 'provider', // Invalid 'StatusCallback'
  21612: 'provider', // Message cannot be sent with the current combination of "To" and/or "From" parameters
  21617: 'provider', // The concatenated message body exceeds the 1600 character limit
  21659: 'provider', // 'From' is not a Twilio phone number or Short Code country mismatch
  21660: 'provider', // Mismatch between the 'From' number and the account
  21661: 'provider', // 'From' number is not SMS-capable
  21703: 'provider', // The Messaging Service does not have a phone number available to send a message
  30007: 'provider', // Message filtered
  30034: 'provider', // Message from an unregistered number
  63007: 'provider', // Could not find a Channel with the specified From address
  63016: 'provider', // Outside the allowed window, a template is needed
  63038: 'provider', // Account exceeded the daily messages limit
  // Too much at once. 20429: requests that are answered so were not processed and are safe to retry.
  20429: 'slow-down', // Too many requests
  21611: 'slow-down', // This 'From' number has exceeded the maximum number of queued messages
  30001: 'slow-down', // Queue overflow
  63018: 'slow-down', // Rate limit exceeded for Channel
  // Twilio's own trouble.
  20500: 'failed', // Internal Server Error
  20503: 'failed', // Service unavailable
};
