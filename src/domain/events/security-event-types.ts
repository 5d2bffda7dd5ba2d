import { isPlainObject } from '../json';
import { schemaFaults } from '../json-schema';
import { type EventTypeName, eventTypes } from './catalogue';

/** What a security event says, in types of the catalogue. */
export interface MappedEvent {
  readonly type: EventTypeName;
  /** Follows the schema of the type: words and levels only, no text and no address of the sender. */
  readonly data: Readonly<Record<string, unknown>>;
}

type Payload = Readonly<Record<string, unknown>>;

interface Mapping {
  readonly type: EventTypeName;
  readonly data?: (payload: Payload) => Record<string, unknown>;
}

const caep = 'https://schemas.openid.net/secevent/caep/event-type/';
const risc = 'https://schemas.openid.net/secevent/risc/event-type/';

/** Of the stream itself, about nobody (OpenID Shared Signals Framework 1.0 §8.1.4). */
export const verificationEvent = 'https://schemas.openid.net/secevent/ssf/event-type/verification';

/** OpenID CAEP 1.0 §3, OpenID RISC 1.0 §2, and the verification event, by URI. */
export const securityEventTypes: ReadonlyMap<string, Mapping> = new Map<string, Mapping>([
  [`${caep}session-revoked`, { type: 'session.suspicious', data: () => ({ reason: 'session-revoked' }) }],
  [`${caep}token-claims-change`, { type: 'federated.claims-changed', data: claimNames }],
  [
    `${caep}credential-change`,
    {
      type: 'federated.credential-changed',
      data: ({ credential_type, change_type }) => ({ kind: wordOf(credential_type), change: change_type }),
    },
  ],
  [
    `${caep}assurance-level-change`,
    {
      type: 'federated.assurance-changed',
      data: (payload) => ({
        level: wordOf(payload['current_level']),
        previous: wordOf(payload['previous_level']),
        namespace: wordOf(payload['namespace']),
        direction: payload['change_direction'],
      }),
    },
  ],
  [
    `${caep}device-compliance-change`,
    {
      type: 'federated.device-compliance-changed',
      data: ({ current_status, previous_status }) => ({ status: current_status, previous: previous_status }),
    },
  ],
  [
    `${caep}session-established`,
    {
      type: 'federated.session-established',
      data: ({ acr, amr }) => ({ acr: wordOf(acr), amr: wordsOf(amr) }),
    },
  ],
  [`${caep}session-presented`, { type: 'federated.session-presented' }],
  [
    `${caep}risk-level-change`,
    {
      type: 'risk.changed',
      data: ({ current_level, previous_level, risk_reason }) => ({
        level: lowerCase(current_level),
        previous: lowerCase(previous_level),
        reason: wordOf(risk_reason),
      }),
    },
  ],
  [`${risc}account-credential-change-required`, { type: 'federated.credential-change-required' }],
  [`${risc}account-purged`, { type: 'federated.account-purged' }],
  [
    `${risc}account-disabled`,
    { type: 'federated.account-disabled', data: ({ reason }) => ({ reason: wordOf(reason) }) },
  ],
  [`${risc}account-enabled`, { type: 'federated.account-enabled' }],
  [`${risc}identifier-changed`, { type: 'federated.identifier-changed' }],
  [`${risc}identifier-recycled`, { type: 'federated.identifier-recycled' }],
  [
    `${risc}credential-compromise`,
    { type: 'credential.compromised', data: ({ credential_type }) => ({ kind: wordOf(credential_type) }) },
  ],
  [`${risc}opt-in`, { type: 'federated.opted-in' }],
  [`${risc}opt-out-initiated`, { type: 'federated.opt-out-initiated' }],
  [`${risc}opt-out-cancelled`, { type: 'federated.opt-out-cancelled' }],
  [`${risc}opt-out-effective`, { type: 'federated.opt-out-effective' }],
  [`${risc}recovery-activated`, { type: 'federated.recovery-activated' }],
  [`${risc}recovery-information-changed`, { type: 'federated.recovery-information-changed' }],
  // Deprecated in RISC for CAEP's session-revoked, and still sent.
  [`${risc}sessions-revoked`, { type: 'session.suspicious', data: () => ({ reason: 'sessions-revoked' }) }],
  [verificationEvent, { type: 'federated.stream-verified', data: ({ state }) => ({ state: wordOf(state) }) }],
]);

/**
 * A security event as one of the catalogue; undefined for a type that is not known, or a payload that lacks what its
 * type requires. What is optional and no plain word is left out: nobody can say who wrote it, and about whom.
 */
export function mapSecurityEvent(uri: string, payload: Payload): MappedEvent | undefined {
  const mapping = securityEventTypes.get(uri);
  if (mapping === undefined) return undefined;
  const given = Object.entries(mapping.data?.(payload) ?? {});
  const data = Object.fromEntries(given.filter(([, value]) => value !== undefined));
  const schema = eventTypes.get(mapping.type)?.schema;
  if (schema === undefined || schemaFaults(schema, data, '', 1).length > 0) return undefined;
  return { type: mapping.type, data };
}

// No blank, no @ and no run of digits: no sentence about somebody, no address and no number.
const plainWord = /^(?:[A-Za-z][A-Za-z0-9_.:-]{0,63}|[0-9]{1,2})$/;

function wordOf(value: unknown): string | undefined {
  return typeof value === 'string' && plainWord.test(value) ? value : undefined;
}

/** Twenty at most. */
function wordsOf(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.slice(0, 20).flatMap((one) => wordOf(one) ?? []);
}

function claimNames({ claims }: Payload): Record<string, unknown> {
  return { claims: isPlainObject(claims) ? wordsOf(Object.keys(claims)) : undefined };
}

function lowerCase(value: unknown): unknown {
  return typeof value === 'string' ? value.toLowerCase() : value;
}
