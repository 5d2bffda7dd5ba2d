import type { FactorContract } from '../domain/factor-contract';
import type { JsonObject, JsonValue } from '../domain/json';

export type { FactorContract } from '../domain/factor-contract';

/** Names shown beside an account in an authenticator app. */
export interface AccountLabel {
  readonly issuer: string;
  readonly account: string;
}

export interface EnrolmentContext {
  /** So many bytes from a cryptographic source. */
  random(bytes: number): Buffer;
  /** Keyed HMAC-SHA-256, base64url: what is stored where only equality matters. */
  hash(value: string): string;
  readonly label: AccountLabel;
  readonly factorId: string;
  /** Ms since the epoch. */
  readonly nowMs: number;
}

export interface Enrolment {
  /** What verifying needs later: secret, kept encrypted. */
  readonly material: JsonValue;
  /** What the enrolling user is shown: secret too. */
  readonly disclosure: JsonObject;
}

/** What earlier successes have burned; the database keeps it and decides who is first. */
export interface FactorState {
  /** The newest counter or time step that was accepted; -1 when none was. */
  readonly counter: number;
  /** Ids of the single-use parts that were spent. */
  readonly spent: ReadonlySet<string>;
}

/** A challenge whose code was sent: what the code is derived from. */
export interface IssuedChallenge {
  readonly id: string;
  /** Random, gone when the challenge ends. */
  readonly salt: string;
  /** The instant of the newest code, ms since the epoch; forward only for a factor. It is the counter that a valid code burns. */
  readonly issue: number;
  /** Ms since the epoch; from then on the code is wrong. */
  readonly expiresAt: number;
}

export interface VerificationContext {
  /** Of a kind whose codes travel; without one nothing is right. */
  readonly challenge?: IssuedChallenge;
  /** Ms since the epoch. */
  readonly nowMs: number;
  /** The same keyed hash as at enrolment. */
  hash(value: string): string;
}

/** What a valid code burns: a counter up to and including this one, or a part by its id. */
export type Verification =
  { readonly valid: true; readonly counter?: number; readonly spend?: string } | { readonly valid: false };

/**
 * What a factor becomes when an older state of it was restored: its counter is burned up to and including this one, or it
 * goes, because what was spent meanwhile cannot be told from what was not.
 */
export type AfterRestore = { readonly counter: number } | 'retire';

/** What a factor kind does. Pure: instants and randomness come in, nothing goes out but the result. */
interface FactorMethods {
  /** Makes the material of a new factor. Throws `invalid_request` when `config` does not fit the contract. */
  enrol(config: JsonObject, context: EnrolmentContext): Enrolment;
  /** Checks a code as it was submitted; compares in constant time and never throws for what a user typed. */
  verify(material: JsonValue, state: FactorState, code: string, context: VerificationContext): Verification;
  /** Makes sure that nothing that was accepted up to `nowMs`, and was forgotten by a restore, is accepted again. */
  afterRestore(material: JsonValue, state: FactorState, context: { readonly nowMs: number }): AfterRestore;
  /** The code of a challenge, for kinds whose codes travel: derived, so that every attempt sends the same. */
  codeOf?(challenge: IssuedChallenge, context: { hash(value: string): string }): string;
  /** Where codes are sent to; also what an address change has to be told. */
  addressOf?(material: JsonValue): string;
  /** When it ends by itself; ms since the epoch. */
  expiresAt?(material: JsonValue): number;
  /** How many answers are left in a factor that is used up. */
  remaining?(material: JsonValue, state: FactorState): number;
  /** What enrolment disclosed, made again from the material. */
  disclose?(material: JsonValue, label: AccountLabel): JsonObject;
  /** The material of a factor that another system enrolled. Throws `invalid_request`. */
  importMaterial?(imported: JsonObject): JsonValue;
}

export interface Factor {
  readonly contract: FactorContract;
  readonly methods: FactorMethods;
}
