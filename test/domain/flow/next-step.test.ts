import { compileFlow } from '../../../src/domain/flow/compile';
import { advance, beginWalk } from '../../../src/domain/flow/next-step';
import type { NodeType } from '../../../src/domain/flow/node-type';
import { prove, type AuthenticationFacts, type FactorRef, type Walk } from '../../../src/domain/flow/walk';
import { factorContracts } from '../../../src/factors/catalogue';
import { nodeCatalogue } from '../../../src/nodes/catalogue';
import {
  allow,
  condition,
  deny,
  factsWith,
  flowOf,
  recoveryCode,
  requireFactor,
  secondTotp,
  totp,
} from './example';

const flow = compileFlow(
  flowOf(
    [condition('trusted', '"trusted" in user.groups'), { true: 'allow', false: 'first' }],
    [requireFactor('first', { anyOf: ['totp'] }), { proved: 'second', unavailable: 'deny' }],
    [requireFactor('second', { anyOf: ['*'] }), { proved: 'allow', unavailable: 'deny' }],
    [allow],
    [deny],
  ),
  nodeCatalogue,
);

const answered = (walk: Walk, factor: FactorRef) =>
  prove(walk, { factorId: factor.id, kind: factor.kind, at: 1 });
const go = (walk: Walk, facts: AuthenticationFacts) => advance(flow, walk, facts, factorContracts);

describe('walking a flow', () => {
  it('stops where the user has to answer, and says how it came there', () => {
    const { step, path, walk } = go(beginWalk(flow), factsWith([totp, recoveryCode]));
    expect(step).toEqual({ kind: 'require', nodeId: 'first', factors: [totp] });
    expect(path).toEqual([{ nodeId: 'trusted', port: 'false' }]);
    expect(walk).toEqual({ position: 'first', proofs: [] });
  });

  it('gives the same again until there is a new proof', () => {
    const facts = factsWith([totp, recoveryCode]);
    const once = go(beginWalk(flow), facts);
    const again = go(once.walk, facts);
    expect(again).toEqual({ ...once, path: [] });
  });

  it('goes on with a proof, which then belongs to the node that took it', () => {
    const facts = factsWith([totp, recoveryCode]);
    const { step, walk } = go(answered(go(beginWalk(flow), facts).walk, totp), facts);
    expect(step).toEqual({ kind: 'require', nodeId: 'second', factors: [recoveryCode] });
    expect(walk.proofs).toEqual([{ factorId: totp.id, kind: 'totp', at: 1, usedBy: 'first' }]);
  });

  it('never satisfies two nodes with one factor', () => {
    const facts = factsWith([totp]);
    const { step } = go(answered(beginWalk(flow), totp), facts);
    expect(step).toEqual({ kind: 'deny', nodeId: 'deny', reason: 'refused' });
  });

  it('never satisfies two nodes with one factor, even when its proof was stored twice', () => {
    const proof = { factorId: totp.id, kind: 'totp', at: 1 };
    const walk: Walk = {
      position: 'first',
      proofs: [
        { ...proof, usedBy: null },
        { ...proof, usedBy: null },
      ],
    };
    expect(go(walk, factsWith([totp])).step.kind).toBe('deny');
  });

  it('ends, and stays where it ended', () => {
    const facts = factsWith([totp, secondTotp]);
    const end = go(answered(answered(beginWalk(flow), totp), secondTotp), facts);
    expect(end.step).toEqual({ kind: 'allow', nodeId: 'allow' });
    expect(go(end.walk, facts).step).toEqual(end.step);
  });

  it('begins with proofs that the caller still accepts, not used by any node', () => {
    const earlier = [{ factorId: totp.id, kind: 'totp', at: 1, usedBy: 'a node of another walk' }];
    const { step } = go(beginWalk(flow, earlier), factsWith([totp, recoveryCode]));
    expect(step).toMatchObject({ kind: 'require', nodeId: 'second' });
  });

  it('counts a proof of an unknown kind for nothing', () => {
    const odd = { id: 'odd', kind: 'carrier-pigeon' };
    const { step } = go(answered(beginWalk(flow), odd), factsWith([odd], {}, ['trusted']));
    expect(step).toEqual({ kind: 'deny', nodeId: 'allow', reason: 'no_factor' });
  });

  it('throws when the walk belongs to another flow', () => {
    expect(() => go({ position: 'elsewhere', proofs: [] }, factsWith([]))).toThrow(
      expect.objectContaining({ code: 'internal' }),
    );
  });
});

describe('an allow that the flow should not have reached', () => {
  it('denies a user who proved nothing', () => {
    const { step } = go(beginWalk(flow), factsWith([totp], { primary: 'pwd' }, ['trusted']));
    expect(step).toEqual({ kind: 'deny', nodeId: 'allow', reason: 'no_factor' });
  });

  it('denies below the requested assurance', () => {
    const { step } = go(answered(beginWalk(flow), totp), factsWith([totp], { acr: 'aal2' }, ['trusted']));
    expect(step).toEqual({ kind: 'deny', nodeId: 'allow', reason: 'acr_unreachable' });
  });

  it('allows at the requested assurance', () => {
    const facts = factsWith([totp], { acr: 'aal2', primary: 'pwd' }, ['trusted']);
    expect(go(answered(beginWalk(flow), totp), facts).step.kind).toBe('allow');
  });
});

describe('a condition that cannot be decided', () => {
  it.each([
    ['allow', 'deny'],
    ['deny', 'allow'],
  ])('denies, when true leads to %s and false to %s', (whenTrue, whenFalse) => {
    const unsure = compileFlow(
      flowOf(
        [condition('unsure', 'user.groups[0] == "x"'), { true: whenTrue, false: whenFalse }],
        [allow],
        [deny],
      ),
      nodeCatalogue,
    );
    const proved = answered(beginWalk(unsure), totp);
    const { step } = advance(unsure, proved, factsWith([totp]), factorContracts);
    expect(step).toEqual({ kind: 'deny', nodeId: 'unsure', reason: 'condition_failed' });
  });
});

describe('a node type that breaks its contract', () => {
  it('opens no door by leaving through a port it does not have', () => {
    const wild: NodeType = {
      contract: { type: 'wild', label: '', help: '', icon: '', config: { type: 'object' }, ports: ['out'] },
      perform: () => ({ port: 'window' }),
    };
    const catalogue = new Map([...nodeCatalogue, ['wild', wild]]);
    const broken = compileFlow(
      flowOf([{ id: 'wild', type: 'wild', config: {} }, { out: 'allow' }], [allow]),
      catalogue,
    );
    const { step } = advance(broken, answered(beginWalk(broken), totp), factsWith([totp]), factorContracts);
    expect(step).toEqual({ kind: 'deny', nodeId: 'wild', reason: 'flow_broken' });
  });
});
