/** The layers of docs/architecture.md. Types may cross them, values may not. */
const layer = (name, from, to, comment) => ({
  name,
  comment,
  severity: 'error',
  from,
  to: { ...to, dependencyTypesNot: ['type-only'] },
});

module.exports = {
  forbidden: [
    layer(
      'domain-is-pure',
      { path: '^src/domain/' },
      { pathNot: ['^src/domain/', '(^|/)node_modules/@bufbuild/'] },
      'domain imports itself and the expression evaluator, nothing else',
    ),
    layer(
      'factors-and-nodes-see-domain-only',
      { path: '^src/(factors|nodes)/' },
      { path: '^src/', pathNot: ['^src/domain/', '^src/(factors|nodes)/'] },
      'a factor or a node type is built on the domain alone',
    ),
    layer(
      'siblings-are-isolated',
      { path: '^src/(factors|nodes)/([^/]+)/' },
      { path: '^src/(factors|nodes)/[^/]+/', pathNot: '^src/$1/$2/' },
      'a factor kind or node type never imports a sibling',
    ),
    layer(
      'resources-see-what-is-below',
      { path: '^src/(persistence|delivery|security|temporal)/' },
      { path: '^src/(workflows|activities|api|relay|cli|embedded|worker\\.ts|server\\.ts)' },
      'layer 3 knows nothing of layers 4 and 5',
    ),
    layer(
      'temporal-gets-its-codec-injected',
      { path: '^src/temporal/' },
      { path: '^src/(security|persistence|delivery)/' },
      'the roots give the codec to the Temporal client',
    ),
    layer(
      'layer-four-does-not-see-the-roots',
      { path: '^src/(workflows|activities|api|relay|cli)/' },
      { path: '^src/(embedded/|worker\\.ts|server\\.ts)' },
      'composition roots compose; nobody imports them',
    ),
    layer(
      'layer-four-parts-are-apart',
      { path: '^src/(workflows|activities|api|relay|cli)/' },
      {
        path: '^src/(workflows|activities|api|relay|cli)/',
        pathNot: ['^src/$1/', '^src/workflows/messages\\.ts$'],
      },
      'parts of layer 4 meet through message definitions and the database',
    ),
    layer(
      'workflows-are-deterministic',
      { path: '^src/workflows/' },
      {
        pathNot: [
          '^src/workflows/',
          '(^|/)node_modules/@temporalio/(workflow|common)/',
          '^src/temporal/names\\.ts$',
          '^src/domain/errors\\.ts$',
          '^src/(factors|nodes)/[^/]+/contract\\.ts$',
        ],
      },
      'workflows import @temporalio/workflow, names, contracts and error codes; activities by type only',
    ),
    layer(
      'zod-stays-in-the-api',
      { path: '^src/', pathNot: '^src/api/' },
      { path: '(^|/)node_modules/zod/' },
      'zod describes what comes over HTTP',
    ),
    {
      name: 'no-cycles',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'nothing-unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['require', 'node', 'default', 'import'],
    },
  },
};
