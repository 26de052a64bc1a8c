import { defineProject } from '@forge-ml/core';

/** What every `forge train` in this project starts from; flags on the command line win. */
export default defineProject({
  backend: '{{backend}}',
  dataConfig: 'data.ts',
  modelConfig: 'model.ts',
  runName: '{{name}}',
  epochs: 20,
});
