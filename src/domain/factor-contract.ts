import type { JsonSchema } from './json-schema';

/** What presenting the factor proves (NIST SP 800-63B-4 §3.1). */
export type AuthenticatorCategory = 'possession' | 'knowledge' | 'inherence' | 'multi-factor' | 'mailbox';

/** All that the engine, the API and a user interface need to know of a factor kind; plain data, safe to publish. */
export interface FactorContract {
  readonly kind: string;
  readonly label: string;
  readonly help: string;
  /** A name out of the icon set of the user interfaces. */
  readonly icon: string;
  /** Authentication method references (RFC 8176 §2). */
  readonly amr: readonly string[];
  readonly authenticator: AuthenticatorCategory;
  /** A saved recovery code in the sense of NIST SP 800-63B-4 §4.2.1.1. */
  readonly savedRecoveryCode?: boolean;
  /** Its codes travel by this channel to the address that enrolment names. */
  readonly delivery?: { readonly channel: 'sms' | 'voice' | 'email'; readonly address: 'phone' | 'email' };
  /** Weaker than a secret that never travels: offered after stronger ones, and never in their place. */
  readonly lowAssurance?: boolean;
  /** Restricted in the sense of NIST SP 800-63B-4 §3.1.3.3: an alternative is offered with it. */
  readonly restricted?: boolean;
  /** Issued by an operator with a reason, active at once; nobody enrols it for themselves. */
  readonly issuedByOperator?: boolean;
  /** How many a user may have, pending ones not counted. */
  readonly maxPerUser: number;
  /** What whoever starts an enrolment may choose. */
  readonly enrolmentConfig: JsonSchema;
  /** Offered as soon as the user has confirmed a first factor. */
  readonly offeredAfterFirst?: boolean;
  /** May be a user's first factor. */
  readonly standsAlone: boolean;
  /** What a normalised code looks like: an ECMAScript pattern for input fields. */
  readonly codePattern: string;
  /** The disclosure of an enrolment is never shown again once it was confirmed. */
  readonly secretShownOnce: boolean;
}

/** The factor kinds that are known, by kind. */
export type FactorContracts = ReadonlyMap<string, FactorContract>;
