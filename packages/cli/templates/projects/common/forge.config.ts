import { defineProject } from '@forge-ml/core';

/** Defaults for `forge train` in this project; flags on the command line override them. */
export default defineProject({
  backend: '{{backend}}',
  dataConfig: 'data.ts',
  modelConfig: 'model.ts',
  runName: '{{name}}',
  epochs: 20,
});
