// The layers of src/, bottom up: a folder imports only from itself and from folders above it in this list.
const layers = [
  'foundation', 'contracts', 'volume', 'config', 'dataset', 'pipeline', 'engine', 'models', 'training', 'inference',
  'evaluation', 'report', 'runs', 'experiments', 'azure', 'serving', 'debug', 'cli',
];

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, dependencyTypesNot: ['type-only'] } },
    ...layers.slice(0, -1).map((layer, index) => ({
      name: `layer-${layer}`,
      comment: `src/${layer} may import only from the layers below it`,
      severity: 'error',
      from: { path: `^src/${layer}/` },
      to: { path: `^(src/(${layers.slice(index + 1).join('|')})|extension|server|webviews)/` },
    })),
    { name: 'no-vscode', severity: 'error', from: { path: '^src/' }, to: { path: '^vscode$' } },
    {
      name: 'only-the-engine-knows-the-c-api', severity: 'error',
      from: { path: '^src/', pathNot: '^src/engine/' }, to: { path: 'node_modules/(koffi|@tensorflow/tfjs-node-gpu)' },
    },
    {
      name: 'models-know-no-files', severity: 'error',
      from: { path: '^src/models/', pathNot: '\\.test\\.ts$' }, to: { path: '^(node:)?(fs|path|child_process)' },
    },
  ],
  options: { tsConfig: { fileName: 'tsconfig.json' }, tsPreCompilationDeps: true, doNotFollow: { path: 'node_modules' } },
};
