import type { FactorPreference } from '../../../src/domain/factor-preference';
import { compileFlow } from '../../../src/domain/flow/compile';
import { advance, beginWalk } from '../../../src/domain/flow/next-step';
import { prove, type FactorRef } from '../../../src/domain/flow/walk';
import { factorContracts } from '../../../src/factors/catalogue';
import { nodeCatalogue } from '../../../src/nodes/catalogue';
import { describeNode, outcomeOf } from '../../contracts/node';
import {
  allow,
  deny,
  factsWith,
  flowOf,
  recoveryCode,
  requireFactor,
  secondTotp,
  totp,
} from '../../domain/flow/example';

describeNode(nodeCatalogue.get('require-factor')!, {
  configs: [
    { anyOf: ['*'] },
    { anyOf: ['totp', 'recovery-code'] },
    { anyOf: ['carrier-pigeon'], enrolWhenNone: true },
    { anyOf: ['*'], raisesAssurance: true },
    { anyOf: ['sms', 'voice'], enrolWhenNone: true },
  ],
  badConfigs: [{}, { anyOf: [] }, { anyOf: ['totp', 'totp'] }, { anyOf: 'totp' }, { anyOf: ['**'] }],
});

const node = 'require-factor';
const sms = { id: 'factor-sms', kind: 'sms' };
const email = { id: 'factor-email', kind: 'email' };
const pass = { id: 'factor-pass', kind: 'temporary-pass' };

describe('requiring a factor', () => {
  it('asks for those of the user that are acceptable, in the order of the node', () => {
    const { step } = outcomeOf(node, { anyOf: ['recovery-code', '*'] }, [totp, secondTotp, recoveryCode]);
    expect(step).toEqual({ kind: 'require', nodeId: 'node', factors: [recoveryCode, totp, secondTotp] });
  });

  it('asks in the order that the user prefers, the default first, whatever the order of the node', () => {
    const offered = (preference: FactorPreference, anyOf = ['totp', 'recovery-code']): unknown =>
      outcomeOf(node, { anyOf }, [totp, secondTotp, recoveryCode], [], {}, preference).step;
    const codesFirst = { defaultFactor: null, preferredOrder: ['recovery-code'] };
    expect(offered(codesFirst)).toMatchObject({ factors: [recoveryCode, totp, secondTotp] });
    const secondFirst = { ...codesFirst, defaultFactor: secondTotp.id };
    expect(offered(secondFirst)).toMatchObject({ factors: [secondTotp, recoveryCode, totp] });
  });

  it('asks for what is stronger first and for last resorts last, where neither user nor node say otherwise', () => {
    const weakFirst = [sms, email, pass, recoveryCode, totp];
    expect(outcomeOf(node, { anyOf: ['*'] }, weakFirst).step).toMatchObject({
      factors: [totp, sms, email, pass, recoveryCode],
    });
    expect(outcomeOf(node, { anyOf: ['email', '*'] }, weakFirst).step).toMatchObject({
      factors: [email, totp, sms, pass, recoveryCode],
    });
    const preference = { defaultFactor: null, preferredOrder: ['sms'] };
    expect(outcomeOf(node, { anyOf: ['*'] }, weakFirst, [], {}, preference).step).toMatchObject({
      factors: [sms, totp, email, pass, recoveryCode],
    });
  });

  it('asks for nothing that the node leaves out, however much it is preferred', () => {
    const preference = { defaultFactor: recoveryCode.id, preferredOrder: ['recovery-code'] };
    const { step } = outcomeOf(node, { anyOf: ['totp'] }, [totp, recoveryCode], [], {}, preference);
    expect(step).toMatchObject({ kind: 'require', factors: [totp] });
  });

  it('leaves out the others', () => {
    const { step } = outcomeOf(node, { anyOf: ['totp'] }, [recoveryCode, totp]);
    expect(step).toMatchObject({ factors: [totp] });
  });

  it('is unavailable to a user who has none of them', () => {
    expect(outcomeOf(node, { anyOf: ['totp'] }, [recoveryCode]).path).toEqual([
      { nodeId: 'node', port: 'unavailable' },
    ]);
  });

  it('is proved by an acceptable proof, and goes on waiting with another', () => {
    expect(outcomeOf(node, { anyOf: ['totp'] }, [totp], [totp]).path).toEqual([
      { nodeId: 'node', port: 'proved' },
    ]);
    const { step } = outcomeOf(node, { anyOf: ['totp'] }, [totp, recoveryCode], [recoveryCode]);
    expect(step).toMatchObject({ kind: 'require', factors: [totp] });
  });

  it('treats a factor of an unknown kind as if it were not there', () => {
    const odd = { id: 'odd', kind: 'carrier-pigeon' };
    expect(outcomeOf(node, { anyOf: ['*'] }, [odd]).path).toEqual([{ nodeId: 'node', port: 'unavailable' }]);
    expect(outcomeOf(node, { anyOf: ['*'] }, [odd], [odd]).step).not.toMatchObject({
      reason: 'left_by_proved',
    });
  });
});

describe('requiring a factor that raises the assurance', () => {
  const raise = { anyOf: ['*'], raisesAssurance: true };

  it('takes any first factor', () => {
    expect(outcomeOf(node, raise, [totp]).step).toMatchObject({ kind: 'require', factors: [totp] });
  });

  it('leaves out a mailbox, which adds nothing to any proof, and a second thing that a password is', () => {
    const { step } = outcomeOf(node, raise, [totp, email, pass], [], { primary: 'pwd' });
    expect(step).toMatchObject({ factors: [totp, email, pass] });
    const second = flowOf(
      [requireFactor('node'), { proved: 'second', unavailable: 'deny' }],
      [requireFactor('second', raise), { proved: 'allow', unavailable: 'deny' }],
      [allow],
      [deny],
    );
    const flow = compileFlow(second, nodeCatalogue);
    const after = (proved: FactorRef, factors: readonly FactorRef[]): unknown => {
      const proof = { factorId: proved.id, kind: proved.kind, at: 1 };
      const walk = prove(beginWalk(flow), proof);
      return advance(flow, walk, factsWith(factors, { primary: 'pwd' }), factorContracts).step;
    };
    expect(after(email, [email, pass, totp])).toMatchObject({ factors: [totp] });
    expect(after(email, [email, pass])).toMatchObject({ kind: 'deny' });
    expect(after(pass, [email, pass])).toMatchObject({ kind: 'deny' });
  });

  it('is unavailable to a password that is claimed beside nothing else', () => {
    expect(outcomeOf(node, raise, [], [], { primary: 'pwd' }).path).toEqual([
      { nodeId: 'node', port: 'unavailable' },
    ]);
  });
});

describe('enrolling when there is none', () => {
  const enrol = { anyOf: ['*'], enrolWhenNone: true };

  it('offers the kinds that can be a first factor', () => {
    expect(outcomeOf(node, enrol).step).toEqual({
      kind: 'enrol',
      nodeId: 'node',
      kinds: ['totp', 'sms', 'voice', 'email'],
    });
  });

  it('offers what is stronger first, in the order of the node where it has one', () => {
    const kinds = (...anyOf: string[]): unknown => outcomeOf(node, { ...enrol, anyOf }).step;
    expect(kinds('email', '*')).toMatchObject({ kinds: ['email', 'totp', 'sms', 'voice'] });
    expect(kinds('sms', 'totp')).toMatchObject({ kinds: ['sms', 'totp'] });
  });

  it('never offers what operators issue, though it be named', () => {
    expect(outcomeOf(node, { ...enrol, anyOf: ['temporary-pass', 'totp'] }).step).toMatchObject({
      kinds: ['totp'],
    });
    expect(outcomeOf(node, { ...enrol, anyOf: ['temporary-pass'] }).path).toEqual([
      { nodeId: 'node', port: 'unavailable' },
    ]);
    const independent = { ...factorContracts.get('temporary-pass')!, standsAlone: true };
    const contracts = new Map([...factorContracts, [independent.kind, independent]]);
    const flow = compileFlow(
      flowOf([requireFactor('node', enrol), { proved: 'allow', unavailable: 'deny' }], [allow], [deny]),
      nodeCatalogue,
    );
    expect(advance(flow, beginWalk(flow), factsWith([]), contracts).step).toMatchObject({
      kinds: ['totp', 'sms', 'voice', 'email'],
    });
  });

  it('offers a restricted kind beside an alternative that reaches as much, or not at all', () => {
    const outcome = (...anyOf: string[]) => outcomeOf(node, { ...enrol, anyOf });
    for (const anyOf of [['sms'], ['voice', 'sms'], ['sms', 'recovery-code']]) {
      expect(outcome(...anyOf).path).toEqual([{ nodeId: 'node', port: 'unavailable' }]);
    }
    expect(outcome('sms', 'email').step).toMatchObject({ kinds: ['email'] });
    expect(outcome('sms', 'voice', 'totp').step).toMatchObject({ kinds: ['sms', 'voice', 'totp'] });
  });

  it('is not offered to a user who has a factor, be it of another kind', () => {
    expect(outcomeOf(node, { ...enrol, anyOf: ['totp'] }, [recoveryCode]).path).toEqual([
      { nodeId: 'node', port: 'unavailable' },
    ]);
  });

  it('is not offered where no acceptable kind can be a first factor', () => {
    expect(outcomeOf(node, { ...enrol, anyOf: ['recovery-code'] }).path).toEqual([
      { nodeId: 'node', port: 'unavailable' },
    ]);
  });
});
