const caep = 'https://schemas.openid.net/secevent/caep/event-type/';
const risc = 'https://schemas.openid.net/secevent/risc/event-type/';

/** A payload of each type of security event, as the specifications show them, with texts about somebody in it. */
export const securityEvents: Readonly<Record<string, Record<string, unknown>>> = {
  [`${caep}session-revoked`]: {
    initiating_entity: 'policy',
    reason_admin: { en: 'Landspeed of Alice: C076E82F' },
    event_timestamp: 1_615_304_991,
  },
  [`${caep}token-claims-change`]: { claims: { role: 'ro-admin', mail: 'alice@example.com' } },
  [`${caep}credential-change`]: {
    credential_type: 'fido2-roaming',
    change_type: 'create',
    friendly_name: "Alice's token",
  },
  [`${caep}assurance-level-change`]: {
    namespace: 'NIST-AAL',
    current_level: 'nist-aal2',
    previous_level: 'nist-aal1',
    change_direction: 'increase',
  },
  [`${caep}device-compliance-change`]: { current_status: 'not-compliant', previous_status: 'compliant' },
  [`${caep}session-established`]: { acr: 'urn:example:aal2', amr: ['pwd', 'otp', 'Alice Liddell'] },
  [`${caep}session-presented`]: { fp_ua: 'abb0b6e7da81a42233f8f2b1a8ddb1b9a4c81611' },
  [`${caep}risk-level-change`]: {
    principal: 'USER',
    current_level: 'LOW',
    previous_level: 'HIGH',
    risk_reason: 'PASSWORD_FOUND_IN_DATA_BREACH',
  },
  [`${risc}account-credential-change-required`]: {},
  [`${risc}account-purged`]: {},
  [`${risc}account-disabled`]: { reason: 'hijacking' },
  [`${risc}account-enabled`]: {},
  [`${risc}identifier-changed`]: { 'new-value': 'alice@example.org' },
  [`${risc}identifier-recycled`]: {},
  [`${risc}credential-compromise`]: {
    credential_type: 'password',
    reason_user: { en: 'Call +442079460018' },
  },
  [`${risc}opt-in`]: {},
  [`${risc}opt-out-initiated`]: {},
  [`${risc}opt-out-cancelled`]: {},
  [`${risc}opt-out-effective`]: {},
  [`${risc}recovery-activated`]: {},
  [`${risc}recovery-information-changed`]: {},
  [`${risc}sessions-revoked`]: {},
  'https://schemas.openid.net/secevent/ssf/event-type/verification': { state: 'VGhpcyBpcyBhbg' },
};
