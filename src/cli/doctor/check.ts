import type { Installation } from './installation';

/** `skip`: what it needs is missing, which another check says. */
export type Outcome = 'ok' | 'warn' | 'fail' | 'skip';

/** One thing that a check saw: one sentence, and one that says how to mend it where something is wrong. */
export type Sight =
  | { readonly outcome: 'ok' | 'skip'; readonly says: string }
  | { readonly outcome: 'warn' | 'fail'; readonly says: string; readonly mend: string };

export type Finding = Sight & { readonly check: string };

/** One question to an installation. It changes nothing, and says no secret. */
export interface Check {
  /** Kebab-case, stable: scripts branch on it. */
  readonly name: string;
  /** What it asks, for the table in docs/operations.md. */
  readonly asks: string;
  /**
   * What it throws is reported as not looked at when it is a fault that another check is about, and as a failure of its
   * own otherwise.
   */
  look(installation: Installation): Promise<readonly Sight[]>;
}

export const ok = (says: string): Sight => ({ outcome: 'ok', says });
export const skip = (says: string): Sight => ({ outcome: 'skip', says });
export const warn = (says: string, mend: string): Sight => ({ outcome: 'warn', says, mend });
export const fail = (says: string, mend: string): Sight => ({ outcome: 'fail', says, mend });

/** The complaints, or that all is well. */
export function complaintsOr(complaints: readonly Sight[], allIsWell: string): readonly Sight[] {
  return complaints.length > 0 ? complaints : [ok(allIsWell)];
}
