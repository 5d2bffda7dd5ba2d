import type { FactorPreference } from '../../../src/domain/factor-preference';
import type { AuthenticationFacts, FactorRef } from '../../../src/domain/flow/walk';

/** Facts of a login with these factors; anything can be set otherwise. */
export function factsWith(
  factors: readonly FactorRef[],
  request: Partial<AuthenticationFacts['request']> = {},
  groups: readonly string[] = [],
  preference?: FactorPreference,
): AuthenticationFacts {
  return {
    user: { groups, factors, ...(preference && { preference }) },
    request: {
      purpose: 'login',
      acr: null,
      maxAge: null,
      audience: null,
      ip: null,
      userAgent: null,
      primary: null,
      ...request,
    },
    now: 1_800_000_000,
  };
}

export const totp: FactorRef = { id: 'factor-totp', kind: 'totp' };
export const secondTotp: FactorRef = { id: 'factor-totp-2', kind: 'totp' };
export const recoveryCode: FactorRef = { id: 'factor-recovery', kind: 'recovery-code' };

interface Node {
  id: string;
  type: string;
  config: Record<string, unknown>;
}

/** A definition out of nodes that each name where their ports lead: `[node, {port: to}]`; the first is the start. */
export function flowOf(...parts: [Node, Record<string, string>?][]) {
  return {
    schema: 'mfaflow.flow/1',
    name: 'example',
    trigger: { event: 'authentication.requested' },
    start: parts[0]?.[0].id ?? '',
    nodes: parts.map(([node]) => node),
    edges: parts.flatMap(([{ id }, ports = {}]) =>
      Object.entries(ports).map(([port, to]) => ({ from: id, port, to })),
    ),
  };
}

export const allow: Node = { id: 'allow', type: 'allow', config: {} };
export const deny: Node = { id: 'deny', type: 'deny', config: { reason: 'refused' } };

export function requireFactor(id: string, config: Record<string, unknown> = { anyOf: ['*'] }): Node {
  return { id, type: 'require-factor', config };
}

export function condition(id: string, expression: string): Node {
  return { id, type: 'condition', config: { expression } };
}
