import type { JsonObject } from '../domain/json';
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';

/**
 * What every command carries.
 * - `id`: the command id, from the caller's Idempotency-Key; a second command with it gets the first's result.
 * - `fingerprint`: keyed hash of the request, so that one id cannot stand for two different requests.
 * - `actor`: id of the API key that sent it.
 */
export interface Command {
  id: string;
  fingerprint: string;
  actor: string;
}

/** What allows a change of factors: a fresh assertion of the user, or an operator with a reason. */
export type Authority = { by: 'step-up'; authenticationId: string } | { by: 'operator'; reason: string };

export interface RequestContext {
  ip?: string;
  userAgent?: string;
}

/** A submitted code, sealed by the API so that no history holds it, with what it is an answer of. */
export interface SealedResponse {
  factorId?: string;
  kind?: string;
  sealedCode: string;
}

export interface EnrolCommand extends Command {
  kind: string;
  /** Without the address of a kind whose codes travel. */
  config?: JsonObject;
  /** Where codes are to be sent, sealed like a submitted code. */
  sealedAddress?: string;
  name?: string;
  replaces?: string;
  authority?: Authority;
}

export interface ConfirmCommand extends Command {
  factorId: string;
  sealedCode: string;
  authority?: Authority;
}

export interface RenameCommand extends Command {
  factorId: string;
  name: string;
}

export interface RemoveCommand extends Command {
  factorId: string;
  authority?: Authority;
}

export interface AuthenticateCommand extends Command {
  purpose: 'login' | 'step-up';
  acr?: 'aal1' | 'aal2';
  /** Seconds; proofs of `sessionId` that are no older count as given. */
  maxAge?: number;
  audience?: string;
  nonce?: string;
  primary?: 'pwd';
  sessionId?: string;
  context?: RequestContext;
  response?: SealedResponse;
}

export interface ChooseCommand extends Command {
  authenticationId: string;
  factorId: string;
}

/** Another code in place of the newest one: for a challenge of an authentication, or the confirmation of a factor. */
export interface ResendCommand extends Command {
  authenticationId?: string;
  factorId?: string;
}

/** "This wasn't me", said by whoever has the link of a message. */
export interface DisownCommand extends Command {
  ticketId: string;
}

export interface AnswerCommand extends Command {
  authenticationId: string;
  factorId?: string;
  sealedCode: string;
}

export interface LockCommand extends Command {
  reason: string;
}

export interface UnlockCommand extends Command {
  reason: string;
  resetFailures?: boolean;
}

export interface RevokeCommand extends Command {
  /** Absent: every session of the user. */
  sessionId?: string;
  reason: string;
}

/** What the caller may do next in a pending authentication. */
export type AuthenticationOption =
  { action: 'answer'; factorId: string; kind: string; name?: string } | { action: 'enrol'; kinds: string[] };

/** Result of authenticate, choose, answer. Times are seconds since the epoch. */
export interface AuthenticationResult {
  id: string;
  status: 'pending' | 'approved' | 'denied';
  /** Why denied, or what was wrong with the answer while still pending (`wrong_code`). */
  reason?: string;
  options?: AuthenticationOption[];
  challenge?: ChallengeResult;
  expiresAt?: number;
  /** Seconds until an answer is evaluated again (failure budget). */
  retryAfter?: number;
  /** Only when approved; the API mints assertion and session token from it, with the key `kid`. */
  grant?: Grant;
  /** Recovery codes left, when one was used. */
  recoveryCodesLeft?: number;
}

/** What is to be answered. Of a kind whose codes travel: how the newest one fares, and from when on another can be had. */
export interface ChallengeResult {
  factorId: string;
  kind: string;
  /** `held`: nothing was sent, because the user was sent too much already. */
  delivery?: 'delivering' | 'held';
  /** Seconds since the epoch. */
  resendAt?: number;
}

export interface Grant {
  kid: string;
  acr: string;
  amr: string[];
  issuedAt: number;
  /** Absent when it is `issuedAt`: proved in this very decision. */
  authTime?: number;
  /** Absent for a step-up within a session. */
  sessionId?: string;
  /** Seconds from `issuedAt`. */
  sessionExpiresIn?: number;
  audience?: string;
  nonce?: string;
}

export interface FactorResult {
  factorId: string;
  kind: string;
  status: 'pending' | 'active' | 'removed';
  /** `wrong_code` when a confirmation failed: a fact, not an error. */
  reason?: string;
  retryAfter?: number;
  /** Of a kind whose codes travel, while it waits for its first one. */
  challenge?: ChallengeResult;
  /** Factor kinds worth offering now (recovery codes after the first factor, an alternative beside a restricted one). */
  offer?: string[];
  /** A confirmation is proof of the factor: its id stands for an approved step-up. */
  proof?: { authenticationId: string; grant: Grant };
}

export interface UserResult {
  failures: number;
  lockedUntil?: number;
  operatorOnly?: boolean;
}

/** A decision that was not taken, or that refuses. Nothing was changed. Code: src/domain/errors.ts. */
export interface Refusal {
  refused: string;
  detail?: string;
  retryAfter?: number;
}

/** `replayed`: the stored result of an earlier attempt; `stale`: an epoch raised since refuses what it issued. */
export type Answer<Result> =
  | Refusal
  | {
      result: Result;
      version: number;
      replayed?: true;
      stale?: true;
      /** Ids of what the decision left to be delivered; the lifecycle does so behind the answer. */
      deliveries?: string[];
    };

/** What a resend was about, as it stands now. */
export type ResendResult = AuthenticationResult | FactorResult;

/** What "this wasn't me" has frozen. `proof`: an approved authentication that no live session came of. */
export interface DisownResult {
  frozen: ('factor' | 'authentication' | 'proof' | 'session')[];
}

export const enrolUpdate = defineUpdate<Answer<FactorResult>, [EnrolCommand]>('enrol');
export const confirmUpdate = defineUpdate<Answer<FactorResult>, [ConfirmCommand]>('confirm');
export const renameUpdate = defineUpdate<Answer<FactorResult>, [RenameCommand]>('rename');
export const removeUpdate = defineUpdate<Answer<FactorResult>, [RemoveCommand]>('remove');
export const authenticateUpdate = defineUpdate<Answer<AuthenticationResult>, [AuthenticateCommand]>(
  'authenticate',
);
export const chooseUpdate = defineUpdate<Answer<AuthenticationResult>, [ChooseCommand]>('choose');
export const answerUpdate = defineUpdate<Answer<AuthenticationResult>, [AnswerCommand]>('answer');
export const lockUpdate = defineUpdate<Answer<UserResult>, [LockCommand]>('lock');
export const unlockUpdate = defineUpdate<Answer<UserResult>, [UnlockCommand]>('unlock');
export const revokeUpdate = defineUpdate<Answer<UserResult>, [RevokeCommand]>('revoke');

export const resendUpdate = defineUpdate<Answer<ResendResult>, [ResendCommand]>('resend');
export const disownUpdate = defineUpdate<Answer<DisownResult>, [DisownCommand]>('disown');

/** Every command of a user's lifecycle by the name of its Update. */
export interface LifecycleCommands {
  enrol: { command: EnrolCommand; result: FactorResult };
  confirm: { command: ConfirmCommand; result: FactorResult };
  rename: { command: RenameCommand; result: FactorResult };
  remove: { command: RemoveCommand; result: FactorResult };
  authenticate: { command: AuthenticateCommand; result: AuthenticationResult };
  choose: { command: ChooseCommand; result: AuthenticationResult };
  answer: { command: AnswerCommand; result: AuthenticationResult };
  lock: { command: LockCommand; result: UserResult };
  unlock: { command: UnlockCommand; result: UserResult };
  revoke: { command: RevokeCommand; result: UserResult };
  resend: { command: ResendCommand; result: ResendResult };
  disown: { command: DisownCommand; result: DisownResult };
}

export type LifecycleCommandName = keyof LifecycleCommands;

/**
 * An answer whose caller does not wait (`Prefer: respond-async`). It is decided as the Update of the same command would be,
 * under the same command id; what was decided is read in Postgres.
 */
export const answerLaterSignal = defineSignal<[AnswerCommand]>('answerLater');

/** Something in the ledger is to be delivered, or goes on: its id. */
export const deliverSignal = defineSignal<[string]>('deliver');

/** Long quiet: complete; the next Update-with-start revives the lifecycle from Postgres. */
export const restSignal = defineSignal('rest');

/** For engineers: what the workflow believes, without asking Postgres. */
export interface LifecycleState {
  version: number;
  commandsHandled: number;
  inFlight: number;
  resting: boolean;
  pending: string[];
  /** Answers by Signal that wait for their decision. */
  answersQueued: number;
  /** Deliveries under way. */
  delivering: number;
}

export const stateQuery = defineQuery<LifecycleState>('state');

export interface LifecycleInput {
  tenantId: string;
  userId: string;
  /** Carried over a continue-as-new. */
  version?: number;
  commandsHandled?: number;
  pending?: string[];
  /** Answers by Signal that the run before had not decided, and how often a decision on each could not be had. */
  answers?: { command: AnswerCommand; attempts: number }[];
}

/** What an erasure is started with: ids of ours alone, for its history outlives the user's key. */
export interface ErasureInput {
  tenantId: string;
  userId: string;
  erasureId: string;
}
