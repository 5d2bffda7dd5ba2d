import { compileFlow, FlowInvalid } from '../../../src/domain/flow/compile';
import { advance, beginWalk } from '../../../src/domain/flow/next-step';
import { factorContracts } from '../../../src/factors/catalogue';
import { nodeCatalogue } from '../../../src/nodes/catalogue';
import { allow, deny, factsWith, flowOf, requireFactor, totp } from './example';

describe('compiling a flow', () => {
  it('throws everything that is wrong with it', () => {
    const broken = flowOf([requireFactor('ask'), { proved: 'allow' }], [allow]);
    expect(() => compileFlow(broken, nodeCatalogue)).toThrow(
      expect.objectContaining({
        code: 'invalid_request',
        faults: [expect.objectContaining({ code: 'missing_port', pointer: '/nodes/0' })],
      }),
    );
    expect(() => compileFlow(null, nodeCatalogue)).toThrow(FlowInvalid);
  });

  it('makes a flow that no later change of the definition reaches', () => {
    const definition = flowOf(
      [requireFactor('ask'), { proved: 'allow', unavailable: 'deny' }],
      [allow],
      [deny],
    );
    const flow = compileFlow(definition, nodeCatalogue);
    definition.nodes[0]!.config['anyOf'] = ['none'];
    const { step } = advance(flow, beginWalk(flow), factsWith([totp]), factorContracts);
    expect(step.kind).toBe('require');
  });
});
