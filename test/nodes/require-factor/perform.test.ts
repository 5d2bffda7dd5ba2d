import type { FactorPreference } from '../../../src/domain/factor-preference';
import { nodeCatalogue } from '../../../src/nodes/catalogue';
import { describeNode, outcomeOf } from '../../contracts/node';
import { recoveryCode, secondTotp, totp } from '../../domain/flow/example';

describeNode(nodeCatalogue.get('require-factor')!, {
  configs: [
    { anyOf: ['*'] },
    { anyOf: ['totp', 'recovery-code'] },
    { anyOf: ['carrier-pigeon'], enrolWhenNone: true },
    { anyOf: ['*'], raisesAssurance: true },
  ],
  badConfigs: [{}, { anyOf: [] }, { anyOf: ['totp', 'totp'] }, { anyOf: 'totp' }, { anyOf: ['**'] }],
});

const node = 'require-factor';

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

  it('is unavailable to a password that is claimed beside nothing else', () => {
    expect(outcomeOf(node, raise, [], [], { primary: 'pwd' }).path).toEqual([
      { nodeId: 'node', port: 'unavailable' },
    ]);
  });
});

describe('enrolling when there is none', () => {
  const enrol = { anyOf: ['*'], enrolWhenNone: true };

  it('offers the kinds that can be a first factor', () => {
    expect(outcomeOf(node, enrol).step).toEqual({ kind: 'enrol', nodeId: 'node', kinds: ['totp'] });
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
