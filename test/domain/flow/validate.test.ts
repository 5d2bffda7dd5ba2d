import fc from 'fast-check';
import { validateFlow } from '../../../src/domain/flow/validate';
import { nodeCatalogue } from '../../../src/nodes/catalogue';
import { allow, condition, deny, flowOf, requireFactor } from './example';

const sound = flowOf(
  [requireFactor('ask'), { proved: 'ready', unavailable: 'deny' }],
  [condition('ready', 'assurance.reached >= 1'), { true: 'allow', false: 'deny' }],
  [allow],
  [deny],
);

function faultsOf(definition: unknown): string[] {
  return validateFlow(definition, nodeCatalogue).map(({ code, pointer }) => `${code} ${pointer}`);
}

describe('a flow', () => {
  it('is sound when all of it is connected and known', () => {
    expect(faultsOf(sound)).toEqual([]);
  });

  it.each([
    ['is an array', [], ['shape ']],
    ['is null', null, ['shape ']],
    ['is text', 'flow', ['shape ']],
    ['has an unknown member', { ...sound, extra: 1 }, ['shape /extra']],
    ['has another schema', { ...sound, schema: 'mfaflow.flow/2' }, ['shape /schema']],
    ['has another trigger', { ...sound, trigger: { event: 'user.created' } }, ['shape /trigger/event']],
    ['has a name with capitals', { ...sound, name: 'Login' }, ['shape /name']],
    ['has no nodes', { ...sound, nodes: [] }, ['shape /nodes']],
    ['has nodes that are none', { ...sound, nodes: { length: 1 } }, ['shape /nodes']],
    [
      'has a node that is none',
      { ...sound, nodes: [null] },
      ['shape /nodes/0', 'unknown_type /nodes/0/type'],
    ],
    ['starts nowhere', { ...sound, start: 'elsewhere' }, ['unknown_node /start']],
    ['starts at a prototype', { ...sound, start: '__proto__' }, ['shape /start']],
    ['starts at an inherited name', { ...sound, start: 'constructor' }, ['unknown_node /start']],
  ])('that %s is refused', (_, definition, faults) => {
    expect(faultsOf(definition)).toEqual(faults);
  });

  it.each([
    ['an edge to nowhere', { from: 'ask', port: 'proved', to: 'nowhere' }, ['unknown_node /edges/4/to']],
    ['an edge from nowhere', { from: 'nowhere', port: 'proved', to: 'ask' }, ['unknown_node /edges/4/from']],
    [
      'an edge from an unknown port',
      { from: 'ask', port: 'maybe', to: 'allow' },
      ['unknown_port /edges/4/port'],
    ],
    ['an edge out of an end', { from: 'allow', port: 'true', to: 'deny' }, ['unknown_port /edges/4/port']],
    [
      'a second edge from a port',
      { from: 'ask', port: 'proved', to: 'deny' },
      ['duplicate_edge /edges/4/port'],
    ],
    [
      'an edge with a weight',
      { from: 'ask', port: 'proved', to: 'deny', weight: 1 },
      ['shape /edges/4/weight'],
    ],
  ])('with %s is refused', (_, edge, faults) => {
    expect(faultsOf({ ...sound, edges: [...sound.edges, edge] })).toEqual(faults);
  });

  it.each([
    ['of an unknown type', { id: 'x', type: 'teleport', config: {} }, ['unknown_type /nodes/4/type']],
    ['of an inherited type', { id: 'x', type: 'constructor', config: {} }, ['unknown_type /nodes/4/type']],
    ['with an id of another', { ...allow }, ['duplicate_id /nodes/4/id']],
    ['that nothing leads to', { ...allow, id: 'x' }, ['unreachable /nodes/4']],
    ['without its configuration', { id: 'x', type: 'deny', config: {} }, ['config /nodes/4/config/reason']],
    ['with too much configuration', { ...allow, id: 'x', config: { y: 1 } }, ['config /nodes/4/config/y']],
    [
      'with a broken expression',
      condition('x', 'user.'),
      ['expression /nodes/4/config/expression', 'missing_port /nodes/4', 'missing_port /nodes/4'],
    ],
    ['with a hostile id', { ...allow, id: '../x' }, ['shape /nodes/4/id']],
  ])('with a node %s is refused', (_, node, faults) => {
    expect(faultsOf({ ...sound, nodes: [...sound.nodes, node] })).toEqual(faults);
  });

  it('with a __proto__ in a configuration is refused', () => {
    const config: unknown = JSON.parse('{"__proto__": {"reason": "refused"}}');
    const faults = faultsOf({ ...sound, nodes: [...sound.nodes, { id: 'x', type: 'deny', config }] });
    expect(faults).toContain('config /nodes/4/config/__proto__');
  });

  it('with an unconnected port is refused', () => {
    expect(faultsOf({ ...sound, edges: sound.edges.slice(1) })).toEqual(['missing_port /nodes/0']);
  });

  it('that goes in a circle is refused', () => {
    const circle = flowOf(
      [condition('one', 'true'), { true: 'two', false: 'allow' }],
      [condition('two', 'true'), { true: 'one', false: 'allow' }],
      [allow],
    );
    expect(faultsOf(circle)).toEqual(['cycle /nodes/0']);
    expect(faultsOf(flowOf([condition('one', 'true'), { true: 'one', false: 'allow' }], [allow]))).toEqual([
      'cycle /nodes/0',
    ]);
  });
});

describe('a hostile flow', () => {
  it('of a hundred thousand nodes is refused for its size alone', () => {
    const nodes = Array.from({ length: 100_000 }, (_, i) => condition(`n${i}`, 'user.'));
    expect(faultsOf({ ...sound, nodes })).toEqual(['too_large /nodes']);
  });

  it('of as many edges likewise', () => {
    const edges = Array.from({ length: 100_000 }, () => ({ from: 'ask', port: 'proved', to: 'allow' }));
    expect(faultsOf({ ...sound, edges })).toEqual(['too_large /edges']);
  });

  it('of hundreds of long expressions is refused before any is parsed', () => {
    const nodes = Array.from({ length: 400 }, (_, i) => condition(`n${i}`, '['.repeat(999)));
    expect(faultsOf({ ...sound, nodes })[0]).toBe('too_large /nodes');
  });

  it('reports a hundred faults at most', () => {
    const nodes = Array.from({ length: 500 }, (_, i) => ({ id: `n${i}`, type: 'none', config: {} }));
    expect(faultsOf({ ...sound, nodes })).toHaveLength(100);
  });

  it('never makes the validator throw, whatever JSON it is', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom('nodes', 'edges', 'start', 'trigger', 'title'),
        (value, member) => {
          expect(Array.isArray(validateFlow(value, nodeCatalogue))).toBe(true);
          expect(Array.isArray(validateFlow({ ...sound, [member]: value }, nodeCatalogue))).toBe(true);
          expect(Array.isArray(validateFlow({ ...sound, nodes: [value] }, nodeCatalogue))).toBe(true);
        },
      ),
    );
  });
});
