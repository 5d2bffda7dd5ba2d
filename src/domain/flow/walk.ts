import type { Acr } from '../assurance';
import { MfaError } from '../errors';
import type { FactorPreference } from '../factor-preference';

/** That a factor was proved. A factor is proved at most once in a walk. */
export interface Proof {
  readonly factorId: string;
  readonly kind: string;
  /** When; seconds since the epoch. */
  readonly at: number;
  /** Id of the node that it satisfied. */
  readonly usedBy: string | null;
}

/** How far an authentication has come in its flow; plain data, to be stored between two answers. */
export interface Walk {
  /** Id of the node where it stands. */
  readonly position: string;
  readonly proofs: readonly Proof[];
}

/** What is known when a flow is walked. */
export interface AuthenticationFacts {
  readonly user: {
    readonly groups: readonly string[];
    /** The usable ones: confirmed, not spent, not disabled. */
    readonly factors: readonly FactorRef[];
    /** In what order they are offered; by the flow alone without one. */
    readonly preference?: FactorPreference;
  };
  readonly request: {
    readonly purpose: 'login' | 'step-up';
    readonly acr: Acr | null;
    /** Seconds. */
    readonly maxAge: number | null;
    readonly audience: string | null;
    readonly ip: string | null;
    readonly userAgent: string | null;
    /** The application's claim to have checked a password. */
    readonly primary: 'pwd' | null;
  };
  /** Seconds since the epoch. */
  readonly now: number;
}

export interface FactorRef {
  readonly id: string;
  readonly kind: string;
}

/** Where a walk stops: it waits for the user (`require`, `enrol`) or has ended (`allow`, `deny`). */
export type Step =
  | {
      readonly kind: 'require';
      readonly nodeId: string;
      /** What may be answered now, in the order of offer; what was proved already is left out. */
      readonly factors: readonly FactorRef[];
    }
  | { readonly kind: 'enrol'; readonly nodeId: string; readonly kinds: readonly string[] }
  | { readonly kind: 'allow'; readonly nodeId: string }
  | { readonly kind: 'deny'; readonly nodeId: string; readonly reason: string };

/**
 * The walk with one more proof, not yet used by any node.
 * Throws `not_acceptable_factor` when the factor was proved before: one factor cannot count twice.
 */
export function prove(walk: Walk, proof: { factorId: string; kind: string; at: number }): Walk {
  if (walk.proofs.some((earlier) => earlier.factorId === proof.factorId)) {
    throw new MfaError('not_acceptable_factor', { detail: 'the factor was already proved' });
  }
  const { factorId, kind, at } = proof;
  return { position: walk.position, proofs: [...walk.proofs, { factorId, kind, at, usedBy: null }] };
}
