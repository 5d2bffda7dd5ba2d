import type { CompiledFlow } from '../domain/flow/compile';
import type { BudgetPolicy } from '../domain/failure-budget';
import type { JsonValue } from '../domain/json';
import type { Changes } from '../persistence/decision-changes';
import type { Situation } from '../persistence/situation';
import type { Refusal } from '../workflows/messages';

/** What a command leads to: a refusal that changes nothing, or a result and the changes that go with it. */
export type Decision<Result> = Refusal | { result: Result; changes: Changes };

/** Seals and opens what belongs to one record of the user at hand. */
export interface UserSealing {
  /** JSON, sealed under the user's key, base64. */
  seal(record: string, value: unknown): string;
  open(record: string, sealed: string): JsonValue;
}

/** What a decision may use beside what it read. */
export interface DecisionTools {
  sealing: UserSealing;
  flow: CompiledFlow;
  budgetPolicy: BudgetPolicy;
  issuer: string;
  /** An address as a contact of the user: sealed, and what it is found by. Base64. */
  sealContact: (
    contactId: string,
    kind: 'email' | 'phone',
    address: string,
  ) => { address: string; blind_index: string };
  /** Keyed hash (HMAC-SHA-256 under the deployment's pepper), base64url. */
  hash: (value: string) => string;
  /** Opens a submitted code that the API sealed for this command. */
  openCode: (sealedCode: string) => string;
  random: (bytes: number) => Buffer;
  newId: (prefix: string) => string;
}

export type Decide<Command, Result> = (
  situation: Situation,
  command: Command,
  tools: DecisionTools,
) => Decision<Result>;

export const isoOf = (ms: number): string => new Date(ms).toISOString();
export const secondsOf = (ms: number): number => Math.floor(ms / 1_000);
