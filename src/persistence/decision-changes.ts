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
  material: string;
  disclosure: string;
  replaces: string | null;
  authorised: boolean;
  pending_until: string;
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
  type: string;
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
  revokeSessions?: { session_id: string | null; reason: string };
  audit: AuditEntry[];
  events: OutboxEvent[];
}
