import type { EventTypeName } from '../domain/events/catalogue';
import type { AuthenticationRow } from './situation';

/** The failure budget as it will stand; ISO 8601 instants. */
export interface UserChange {
  failures: number;
  wait_until: string | null;
  locked_until: string | null;
  operator_only: boolean;
  lock_reason: string | null;
}

/** Burns a forward-only counter or a code that may be used once; refused when someone was faster. */
export interface Burn {
  factor_id: string;
  counter?: number;
  spend?: string;
}

export interface NewFactor {
  factor_id: string;
  kind: string;
  name: string | null;
  /** `active` for one that needs no confirmation. */
  status: 'pending' | 'active';
  material: string;
  disclosure: string;
  replaces: string | null;
  authorised: boolean;
  /** Id of the authentication that allows it, where a step-up does. */
  authorised_by: string | null;
  /** Null for an active one. */
  pending_until: string | null;
  expires_at: string | null;
}

/** A challenge whose code travels. */
export interface NewChallenge {
  challenge_id: string;
  factor_id: string;
  /** Null for the confirmation of an enrolment. */
  authentication_id: string | null;
  kind: string;
  salt: string;
  issue: number;
  resend_at: string;
  expires_at: string;
}

/** Another code of a challenge; the one before is wrong from then on. */
export interface Reissue {
  challenge_id: string;
  issue: number;
  resend_at: string;
  expires_at: string;
}

/** Something that is to reach the user. `address` and `facts` are sealed, base64. */
export interface NewDelivery {
  delivery_id: string;
  purpose: 'challenge' | 'notice';
  template: string;
  challenge_id: string | null;
  issue: number | null;
  ticket_id: string | null;
  channel: string | null;
  address: string | null;
  facts: string;
  deadline: string;
}

export interface NewTicket {
  ticket_id: string;
  purpose: 'login' | 'not-me';
  subject: object;
  salt: string;
  expires_at: string;
}

/** An address that its owner has shown to be theirs. Sealed and keyed, base64. */
export interface VerifiedContact {
  contact_id: string;
  /** With which it goes, unless the application had added it. */
  factor_id: string;
  kind: 'email' | 'phone';
  address: string;
  blind_index: string;
}

export interface AuthenticationChange {
  authentication_id: string;
  purpose: AuthenticationRow['purpose'];
  status: AuthenticationRow['status'];
  reason: string | null;
  flow_id: string;
  position: string;
  proofs: AuthenticationRow['proofs'];
  challenge: AuthenticationRow['challenge'];
  request: AuthenticationRow['request'];
  context: string | null;
  outcome: object | null;
  session_id: string | null;
  expires_at: string;
}

export interface NewSession {
  session_id: string;
  authentication_id: string;
  acr: string;
  amr: string[];
  kinds: string[];
  proofs: AuthenticationRow['proofs'];
  auth_time: string;
  issued_at: string;
  kid: string;
  expires_at: string;
  absolute_until: string;
  context: string | null;
}

/** A step-up within a session raises what that session stands for. */
export interface RaisedSession {
  session_id: string;
  acr: string;
  amr: string[];
  kinds: string[];
  proofs: AuthenticationRow['proofs'];
  auth_time: string;
}

export interface AuditEntry {
  action: string;
  outcome: string;
  detail?: object;
  /** Sealed under the user's key, base64. */
  personal?: string | null;
}

export interface OutboxEvent {
  type: EventTypeName;
  data?: object;
}

/** Everything that one decision changes, written in one statement or not at all. */
export interface Changes {
  user?: UserChange;
  burns?: Burn[];
  newFactors?: NewFactor[];
  /** With what the confirming code burned: it is not good a second time. */
  activate?: { factor_id: string; counter: number; spend?: string };
  rename?: { factor_id: string; name: string };
  removeFactors?: string[];
  authentication?: AuthenticationChange;
  newSession?: NewSession;
  raisedSession?: RaisedSession;
  newChallenge?: NewChallenge;
  reissue?: Reissue;
  /** Id of the challenge whose code was right. */
  usedChallenge?: string;
  deliveries?: NewDelivery[];
  tickets?: NewTicket[];
  verifiedContact?: VerifiedContact;
  /** Ids of factors that prove nothing from now on, nor does what they have proved. */
  freeze?: string[];
  /** Id of an approved authentication that counts no more. */
  disown?: string;
  /** Id of the link that this carries out; once. */
  redeemTicket?: string;
  /** Null: every session of the user. */
  revokeSessions?: { session_ids: string[] | null; reason: string };
  audit: AuditEntry[];
  events: OutboxEvent[];
}
