import fc from 'fast-check';
import { assuranceOf, meetsAcr } from '../../../src/domain/assurance';
import { compileFlow } from '../../../src/domain/flow/compile';
import { validateFlow } from '../../../src/domain/flow/validate';
import { advance, beginWalk, type Advance } from '../../../src/domain/flow/next-step';
import { prove, type AuthenticationFacts, type FactorRef, type Walk } from '../../../src/domain/flow/walk';
import { factorContracts } from '../../../src/factors/catalogue';
import { nodeCatalogue } from '../../../src/nodes/catalogue';
import { factsWith, recoveryCode, secondTotp, totp } from './example';

const odd: FactorRef = { id: 'factor-odd', kind: 'carrier-pigeon' };

const nodeKinds = fc.oneof(
  fc.record({
    type: fc.constant('require-factor'),
    config: fc.record(
      {
        anyOf: fc.constantFrom(
          ['*'],
          ['totp'],
          ['recovery-code'],
          ['carrier-pigeon'],
          ['recovery-code', '*'],
        ),
        raisesAssurance: fc.boolean(),
        enrolWhenNone: fc.boolean(),
      },
      { requiredKeys: ['anyOf'] },
    ),
  }),
  fc.record({
    type: fc.constant('condition'),
    config: fc.record({
      expression: fc.constantFrom(
        'true',
        'assurance.reached >= assurance.requested',
        '"staff" in user.groups',
        'user.hasFactor',
        'proved == ["totp"]',
        // These two cannot be decided for some users.
        'user.groups[1] == "staff"',
        '10 / assurance.reached > 5',
      ),
    }),
  }),
  fc.constant({ type: 'allow', config: {} }),
  fc.constant({ type: 'deny', config: { reason: 'refused' } }),
);

/** Sound flows: every edge leads to a later node, the last two nodes are ends, what cannot be reached is left out. */
const flows = fc
  .array(fc.tuple(nodeKinds, fc.nat(), fc.nat()), { minLength: 1, maxLength: 12 })
  .map((drawn) => {
    const all = [
      ...drawn.map(([node]) => node),
      { type: 'allow', config: {} },
      { type: 'deny', config: { reason: 'refused' } },
    ].map((node, index) => ({ ...node, id: `n${index}` }));
    const allEdges = drawn.flatMap(([node, first, second], index) =>
      (nodeCatalogue.get(node.type)?.contract.ports ?? []).map((port, at) => ({
        from: `n${index}`,
        port,
        to: `n${index + 1 + ((at === 0 ? first : second) % (all.length - index - 1))}`,
      })),
    );
    const reached = new Set(['n0']);
    for (const id of reached) for (const edge of allEdges) if (edge.from === id) reached.add(edge.to);
    return {
      schema: 'mfaflow.flow/1',
      name: 'drawn',
      trigger: { event: 'authentication.requested' },
      start: 'n0',
      nodes: all.filter((node) => reached.has(node.id)),
      edges: allEdges.filter((edge) => reached.has(edge.from)),
    };
  });

const situations = fc.record({
  factors: fc.subarray([totp, secondTotp, recoveryCode, odd]),
  answers: fc.shuffledSubarray([totp, secondTotp, recoveryCode, odd]),
  groups: fc.subarray(['staff', 'other']),
  acr: fc.constantFrom('aal0' as const, 'aal1' as const, 'aal2' as const, null),
  primary: fc.constantFrom('pwd' as const, null),
});

type Situation = typeof situations extends fc.Arbitrary<infer T> ? T : never;

/** Every advance of one authentication: the first, and one after each answer. */
function play(definition: unknown, { factors, answers, groups, acr, primary }: Situation) {
  const flow = compileFlow(definition, nodeCatalogue);
  const facts: AuthenticationFacts = factsWith(factors, { acr, primary }, groups);
  const go = (walk: Walk): Advance => advance(flow, walk, facts, factorContracts);
  const all = [go(beginWalk(flow))];
  for (const factor of answers) {
    const { walk } = all[all.length - 1]!;
    all.push(go(prove(walk, { factorId: factor.id, kind: factor.kind, at: 1 })));
  }
  return { flow, facts, all, go };
}

const eachPlay = (judge: (played: ReturnType<typeof play>) => void): void => {
  fc.assert(
    fc.property(flows, situations, (definition, situation) => {
      judge(play(definition, situation));
    }),
    { numRuns: 500 },
  );
};

describe('in any sound flow, with any user', () => {
  it('(the drawn flows are sound)', () => {
    fc.assert(
      fc.property(flows, (definition) => expect(validateFlow(definition, nodeCatalogue)).toEqual([])),
    );
  });

  it('a walk moves through each node at most once', () => {
    eachPlay(({ all }) => {
      const visited = all.flatMap(({ path }) => path.map(({ nodeId }) => nodeId));
      expect(new Set(visited).size).toBe(visited.length);
    });
  });

  it('nobody is allowed without a proof, or below what was requested', () => {
    eachPlay(({ all, facts }) => {
      for (const { step, walk } of all) {
        if (step.kind !== 'allow') continue;
        const known = walk.proofs.filter(({ kind }) => factorContracts.has(kind));
        expect(known.length).toBeGreaterThan(0);
        const { acr } = assuranceOf(walk.proofs, factorContracts, facts.request.primary);
        expect(meetsAcr(acr, facts.request.acr)).toBe(true);
      }
    });
  });

  it('every require node that was left by “proved” took a factor of its own, of a kind it accepts', () => {
    eachPlay(({ all, flow }) => {
      const { walk } = all[all.length - 1]!;
      for (const { nodeId, port } of all.flatMap(({ path }) => path)) {
        const node = flow.nodes.get(nodeId);
        if (node?.type !== 'require-factor' || port !== 'proved') continue;
        const taken = walk.proofs.filter((proof) => proof.usedBy === nodeId);
        expect(taken).toHaveLength(1);
        const anyOf = node.config['anyOf'] as string[];
        expect(anyOf.includes('*') || anyOf.includes(taken[0]!.kind)).toBe(true);
      }
    });
  });

  it('only usable, known and unproved factors are asked for', () => {
    eachPlay(({ all, facts }) => {
      for (const { step, walk } of all) {
        if (step.kind !== 'require') continue;
        expect(step.factors.length).toBeGreaterThan(0);
        for (const factor of step.factors) {
          expect(facts.user.factors).toContainEqual(factor);
          expect(factorContracts.has(factor.kind)).toBe(true);
          expect(walk.proofs.map(({ factorId }) => factorId)).not.toContain(factor.id);
        }
      }
    });
  });

  it('a condition that cannot be decided denies', () => {
    eachPlay(({ all, flow }) => {
      for (const { step, walk } of all) {
        if (flow.nodes.get(walk.position)?.type !== 'condition') continue;
        expect(step).toEqual({ kind: 'deny', nodeId: walk.position, reason: 'condition_failed' });
      }
    });
  });

  it('advancing again without a new proof changes nothing', () => {
    eachPlay(({ all, go }) => {
      for (const { step, walk } of all) expect(go(walk)).toEqual({ step, walk, path: [] });
    });
  });
});
