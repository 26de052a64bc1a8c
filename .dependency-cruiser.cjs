/**
 * The folders of each package from the lowest layer up: a folder imports only from those before it. Files at the root of
 * a package's `src` are its entry points, and import from all. Add a new folder here.
 */
const layers = {
  core: [
    ...[
      'schema',
      'text',
      'errors',
      'worker',
      'fs',
      'random',
      'train/stop',
      'json',
      'run/console',
      'run/folder',
      'run/git',
    ],
    ...[
      'train/launch',
      'tensor',
      'preprocessing/steps',
      'preprocessing',
      'backend',
      'data',
      'metrics',
      'metrics/accumulators',
      'metrics/log',
    ],
    ...['metrics/curves', 'model', 'backend/border'],
    ...[
      'checkpoint/store',
      'config/flags',
      'checkpoint/async',
      'checkpoint/policies',
      'config',
      'metrics/sinks',
      'metrics/media',
    ],
    ...[
      'run/system',
      'run/record',
      'run/query',
      'train',
      'train/hooks',
      'train/warm-start',
      'checkpoint',
      'config/loader',
      'data/workers',
      'metrics/tensorboard',
      'readers',
      'readers/csv',
    ],
    ...[
      'plugins/contract',
      'run/catalog',
      'run/lock',
      'run/trash',
      'run/checkpoints',
      'train/loop',
      'train/profile',
      'train/gradients',
      'train/early-stop',
      'config/project',
      'plugins/builtins',
    ],
    ...['run/curves', 'run/follow'],
    ...[
      'plugins/discovery',
      'run',
      'testing/conformance',
      'testing/store-conformance',
      'testing',
      'code',
      'run/compare',
      'run/export',
      'plugins/host',
      'plugins/registry',
    ],
    ...[
      'verify',
      'api/services',
      'api/data',
      'api/prepare',
      'api/load',
      'api/resume',
      'api/rerun',
      'api/compare',
      'api/train',
      'api',
    ],
  ],
  onnx: [
    ...['errors', 'tensor', 'graph/ir', 'proto', 'graph/propagate', 'graph/infer', 'graph', 'graph/rewrite'],
    ...['import/upgrade', 'ops', 'autodiff/adjoints', 'decompose', 'graph/optimize', 'import', 'autodiff/rules'],
    ...['export', 'autodiff'],
  ],
  'backend-onnx': ['layers', 'optimizers', 'model', 'finetune', 'session', 'checkpoint', 'commands'],
  data: ['decode', 'decode/png', 'decode/jpeg', 'files', 'images', 'augment'],
  'backend-tfjs': ['tf', 'engines/kernels', 'optimizers', 'engines', 'model'],
  cli: [
    ...['flags', 'terminal', 'errors', 'plugins', 'process', 'completion', 'actions', 'render', 'render/plot', 'base'],
    ...['progress', 'commands'],
    ...['commands/checkpoints', 'commands/generate', 'commands/plugins', 'commands/runs', 'hooks'],
  ],
};

const inLayer = (folder, layer) => `^packages/${folder}/src/${layer}/[^/]+$`;
const oneOf = (folder, above) => `^packages/${folder}/src/(${above.join('|')})/[^/]+$`;

const layerRules = Object.entries(layers).flatMap(([folder, order]) => [
  ...order.slice(0, -1).map((layer, at) => ({
    name: `layer-${folder}-${layer.replaceAll('/', '-')}`,
    severity: 'error',
    comment: `${layer} is in a lower layer than what it imports.`,
    from: { path: inLayer(folder, layer), pathNot: '\\.test\\.' },
    to: { path: oneOf(folder, order.slice(at + 1)) },
  })),
  {
    name: `layer-of-every-folder-of-${folder}`,
    severity: 'error',
    comment: 'The folder is missing in the list of layers.',
    from: {
      path: `^packages/${folder}/src/.+/`,
      pathNot: [oneOf(folder, order), '\\.test\\.'],
    },
    to: {},
  },
]);

/** The architecture rules: layered imports without cycles. */
module.exports = {
  forbidden: [
    ...layerRules,
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'core-stands-alone',
      severity: 'error',
      comment: 'core imports no backend and not the command line.',
      from: { path: '^packages/core/' },
      to: { path: '^packages/(?!core/)' },
    },
    {
      name: 'onnx-stands-alone',
      severity: 'error',
      comment: 'The ONNX library is independent of Forge, so that others can use it.',
      from: { path: '^packages/onnx/' },
      to: { path: '^packages/(?!onnx/)' },
    },
    {
      name: 'onnx-has-floors',
      severity: 'error',
      comment: 'Graphs do not depend on operators, operators do not depend on gradients and files.',
      from: { path: '^packages/onnx/src/(tensor|proto|graph|ops|decompose|autodiff)/', pathNot: '\\.test\\.' },
      to: { path: '^packages/onnx/src/(import|export)/' },
    },
    {
      name: 'onnx-operators-know-no-gradients',
      severity: 'error',
      from: { path: '^packages/onnx/src/(tensor|proto|graph|ops|decompose)/', pathNot: '\\.test\\.' },
      to: { path: '^packages/onnx/src/autodiff/' },
    },
    {
      name: 'onnx-graphs-know-no-operators',
      severity: 'error',
      from: { path: '^packages/onnx/src/(tensor|proto|graph)/', pathNot: '\\.test\\.' },
      to: { path: '^packages/onnx/src/(ops|decompose)/' },
    },
    {
      name: 'backend-onnx-has-floors',
      severity: 'error',
      comment: 'Sessions read checkpoints, but do not depend on their export.',
      from: { path: '^packages/backend-onnx/src/(layers|optimizers|model|session)/', pathNot: '\\.test\\.' },
      to: { path: '^packages/backend-onnx/src/(checkpoint|finetune|commands)/' },
    },
    {
      name: 'backends-know-core-and-onnx-only',
      severity: 'error',
      from: { path: '^packages/(backend-[^/]+)/' },
      to: { path: '^packages/(?!core/|onnx/|$1/)' },
    },
    {
      name: 'data-knows-core-only',
      severity: 'error',
      from: { path: '^packages/data/' },
      to: { path: '^packages/(?!core/|data/)' },
    },
    {
      name: 'cli-knows-core-only',
      severity: 'error',
      from: { path: '^packages/cli/' },
      to: { path: '^packages/(?!core/|cli/)' },
    },
    {
      name: 'plugins-use-public-doors',
      severity: 'error',
      comment: 'Import another package through its exports, never by path.',
      from: { path: '^packages/([^/]+)/src/' },
      to: { path: '^packages/(?!$1/)[^/]+/src/' },
    },
    {
      name: 'tests-are-not-imported',
      severity: 'error',
      from: { pathNot: '\\.test\\.' },
      to: { path: '\\.test\\.' },
    },
    {
      name: 'no-undeclared-packages',
      severity: 'error',
      comment: 'Tests use the development packages of the repository; published code declares its own dependencies.',
      from: { pathNot: '\\.test\\.|^packages/cli/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-dev'] },
    },
    {
      name: 'no-undeclared-packages-in-cli',
      severity: 'error',
      comment: 'The command line is bundled with its development dependencies.',
      from: { path: '^packages/cli/', pathNot: '\\.test\\.' },
      to: { dependencyTypes: ['npm-no-pkg'] },
    },
    { name: 'nothing-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    // Built files are the targets of imports of other packages, but their own imports are not checked.
    doNotFollow: { path: 'node_modules|/dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
