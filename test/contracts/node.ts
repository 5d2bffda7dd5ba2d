import { compileFlow } from '../../src/domain/flow/compile';
import { advance, beginWalk } from '../../src/domain/flow/next-step';
import type { FactorPreference } from '../../src/domain/factor-preference';
import type { NodeType } from '../../src/domain/flow/node-type';
import { prove, type FactorRef } from '../../src/domain/flow/walk';
import { isPlainObject } from '../../src/domain/json';
import { schemaFaults } from '../../src/domain/json-schema';
import { factorContracts } from '../../src/factors/catalogue';
import { nodeCatalogue } from '../../src/nodes/catalogue';
import { factsWith, flowOf, recoveryCode, totp } from '../domain/flow/example';

export interface NodeFixtures {
  readonly configs: readonly Record<string, unknown>[];
  readonly badConfigs: readonly unknown[];
}

/** A flow that starts at this node and ends, with its port's name as the reason, behind each port. */
function flowAround(type: NodeType, config: Record<string, unknown>) {
  const { ports } = type.contract;
  return flowOf(
    [{ id: 'node', type: type.contract.type, config }, Object.fromEntries(ports.map((port) => [port, port]))],
    ...ports.map((port): Parameters<typeof flowOf>[number] => [
      { id: port, type: 'deny', config: { reason: `left_by_${port}` } },
    ]),
  );
}

/** Where the node leads a user with these factors who has proved some of them. */
export function outcomeOf(
  type: string,
  config: Record<string, unknown>,
  factors: readonly FactorRef[] = [],
  proved: readonly FactorRef[] = [],
  request: Parameters<typeof factsWith>[1] = {},
  preference?: FactorPreference,
) {
  const nodeType = nodeCatalogue.get(type)!;
  const flow = compileFlow(flowAround(nodeType, config), nodeCatalogue);
  const walk = proved.reduce(
    (before, { id, kind }) => prove(before, { factorId: id, kind, at: 1 }),
    beginWalk(flow),
  );
  return advance(flow, walk, factsWith(factors, request, [], preference), factorContracts);
}

/** The suite that every node type passes. */
export function describeNode(type: NodeType, fixtures: NodeFixtures): void {
  const { contract } = type;

  describe(`as a node, ${contract.type}`, () => {
    it('is in the catalogue under its type', () => {
      expect(nodeCatalogue.get(contract.type)).toBe(type);
    });

    it('has a contract of plain data that the builder can show', () => {
      expect(JSON.parse(JSON.stringify(contract))).toEqual(contract);
      expect(contract.label.length * contract.help.length * contract.icon.length).toBeGreaterThan(0);
      expect(new Set(contract.ports).size).toBe(contract.ports.length);
      for (const property of Object.values(contract.config.properties ?? {})) {
        expect(property.title).toEqual(expect.any(String));
      }
    });

    it('takes the configurations that it should, and refuses the others', () => {
      for (const config of fixtures.configs) expect(schemaFaults(contract.config, config)).toEqual([]);
      for (const config of [...fixtures.badConfigs, { unknown: 1 }, [], null, 'config']) {
        expect(schemaFaults(contract.config, config)).not.toEqual([]);
      }
    });

    it('leaves by its own ports or stops at a step, the same one every time, for any user', () => {
      for (const config of fixtures.configs) {
        for (const factors of [[], [totp], [totp, recoveryCode]]) {
          for (const proved of [[], factors.slice(0, 1), factors]) {
            const first = outcomeOf(contract.type, config, factors, proved);
            expect(outcomeOf(contract.type, config, factors, proved)).toEqual(first);
            expect(first.step).not.toMatchObject({ reason: 'flow_broken' });
            for (const { nodeId, port } of first.path) {
              expect(nodeId).toBe('node');
              expect(contract.ports).toContain(port);
            }
          }
        }
      }
    });

    it('gives steps that can be stored as JSON', () => {
      for (const config of fixtures.configs) {
        const { step, walk } = outcomeOf(contract.type, config, [totp]);
        expect(isPlainObject(step)).toBe(true);
        expect(JSON.parse(JSON.stringify({ step, walk }))).toEqual({ step, walk });
      }
    });
  });
}
