import { compileFlow } from '../../src/domain/flow/compile';
import { advance, beginWalk } from '../../src/domain/flow/next-step';
import { prove, type AuthenticationFacts, type FactorRef } from '../../src/domain/flow/walk';
import { factorContracts } from '../../src/factors/catalogue';
import { nodeCatalogue } from '../../src/nodes/catalogue';
import login from '../../templates/login.json';
import { factsWith, recoveryCode, secondTotp, totp } from '../domain/flow/example';

const flow = compileFlow(login, nodeCatalogue);

/** The steps of one authentication: before any answer, and after each. */
function stepsOf(facts: AuthenticationFacts, ...answers: FactorRef[]) {
  let at = advance(flow, beginWalk(flow), facts, factorContracts);
  return [
    at.step,
    ...answers.map((factor) => {
      at = advance(
        flow,
        prove(at.walk, { factorId: factor.id, kind: factor.kind, at: 1 }),
        facts,
        factorContracts,
      );
      return at.step;
    }),
  ];
}

describe('the shipped login flow', () => {
  it('denies a user without any factor', () => {
    expect(stepsOf(factsWith([]))).toMatchObject([{ kind: 'deny', reason: 'no_factor' }]);
    expect(stepsOf(factsWith([], { primary: 'pwd', acr: 'aal2' }))).toMatchObject([
      { kind: 'deny', reason: 'no_factor' },
    ]);
  });

  it('lets a user in with one factor where nothing more was requested', () => {
    expect(stepsOf(factsWith([totp, recoveryCode]), totp)).toMatchObject([
      { kind: 'require', factors: [totp, recoveryCode] },
      { kind: 'allow' },
    ]);
  });

  it('reaches aal2 with one factor beside the application’s password', () => {
    expect(stepsOf(factsWith([totp], { acr: 'aal2', primary: 'pwd' }), totp)).toMatchObject([
      { kind: 'require' },
      { kind: 'allow' },
    ]);
  });

  it('asks for a second factor where one is not enough, and only for one that adds to it', () => {
    const facts = factsWith([totp, secondTotp, recoveryCode], { acr: 'aal2' });
    expect(stepsOf(facts, totp, recoveryCode)).toMatchObject([
      { kind: 'require', factors: [totp, secondTotp, recoveryCode] },
      { kind: 'require', factors: [recoveryCode] },
      { kind: 'allow' },
    ]);
  });

  it('denies at once where the other factors cannot add up to what was requested', () => {
    expect(stepsOf(factsWith([totp, secondTotp], { acr: 'aal2' }), totp)).toMatchObject([
      { kind: 'require' },
      { kind: 'deny', reason: 'acr_unreachable' },
    ]);
  });

  it('has a label on every node, for whoever opens it in the builder', () => {
    for (const node of login.nodes) expect(node.label.length).toBeGreaterThan(0);
  });
});
