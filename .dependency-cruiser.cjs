/** The house's rules: arrows point one way, and no circle. */
module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'core-stands-alone',
      severity: 'error',
      comment: 'core knows no backend and no command line.',
      from: { path: '^packages/core/' },
      to: { path: '^packages/(?!core/)' },
    },
    {
      name: 'core-has-floors',
      severity: 'error',
      comment:
        'What reads, writes and describes knows nothing of runs, and nothing of what trains and puts all together.',
      from: {
        path: '^packages/core/src/(errors|text|schema|files|backend|random|model|metrics|checkpoint|data|config|code)/',
        pathNot: '\\.test\\.',
      },
      to: { path: '^packages/core/src/(run|train|plugins|verify|forge|testing)/' },
    },
    {
      name: 'onnx-stands-alone',
      severity: 'error',
      comment: 'The ONNX library knows nothing of runs and backends: it is of use without them.',
      from: { path: '^packages/onnx/' },
      to: { path: '^packages/(?!onnx/)' },
    },
    {
      name: 'onnx-has-floors',
      severity: 'error',
      comment: 'What a graph is knows nothing of operators, what operators are knows nothing of gradients and files.',
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
      comment: 'A checkpoint is read by a session; a session knows nothing of how checkpoints are exported.',
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
      name: 'cli-knows-core-only',
      severity: 'error',
      from: { path: '^packages/cli/' },
      to: { path: '^packages/(?!core/|cli/)' },
    },
    {
      name: 'plugins-use-public-doors',
      severity: 'error',
      comment: "Another package's files are reached through its exports, never by path.",
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
      comment: 'Tests use the development packages of the repository; what is published declares its own.',
      from: { pathNot: '\\.test\\.|^packages/cli/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-dev'] },
    },
    {
      name: 'no-undeclared-packages-in-cli',
      severity: 'error',
      comment: 'The command line is bundled with its development packages.',
      from: { path: '^packages/cli/', pathNot: '\\.test\\.' },
      to: { dependencyTypes: ['npm-no-pkg'] },
    },
    { name: 'nothing-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    // What was built is seen, as the end of an import of another package, but not looked into.
    doNotFollow: { path: 'node_modules|/dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
