import { join } from 'node:path';
import * as tfjs from '@forge-ml/backend-tfjs';
import * as core from '@forge-ml/core';
import { Forge, ForgeLibrary, flag, fromArrays, fromGenerator } from '@forge-ml/core';
import * as flags from '@forge-ml/core/flags';
import * as plugin from '@forge-ml/core/plugin';
import * as runs from '@forge-ml/core/runs';
import * as testing from '@forge-ml/core/testing';
import { describeOptions } from './describe-options.js';

const nowhere = join(import.meta.dirname, 'no-such-run');
const dataset = () => fromArrays({ x: [1, 2] });
const folder = { path: nowhere, experiment: 'none', number: 1 };
const experiment = {} as core.Experiment;
const calledByForge = 'Forge calls it, by the port.';

const flagCalls = (flag: typeof flags.flag) => ({
  'flag.integer': (options: object) => flag.integer(1, 'A number.', options),
  'flag.float': (options: object) => flag.float(1, 'A number.', options),
  'flag.boolean': (options: object) => flag.boolean(true, 'A switch.', options),
  'flag.string': (options: never) => flag.string('a', 'Text.', options),
});

const libraryCalls = (name: string, forge: ForgeLibrary) => ({
  [`${name}.config`]: (options: object) => forge.config(options),
  [`${name}.launch`]: (options: never) => forge.launch(options),
  [`${name}.train`]: (options: object) => forge.train(experiment, options),
  [`${name}.loadFromCheckpoint`]: (options: object) => forge.loadFromCheckpoint(nowhere, undefined, options),
  [`${name}.exportCheckpoint`]: (options: never) => forge.exportCheckpoint(nowhere, options),
});

describeOptions({
  door: 'packages/core/dist/index.d.ts',
  calls: {
    defineConfig: core.defineConfig,
    defineData: core.defineData,
    defineModel: core.defineModel,
    ...flagCalls(flag),
    fromArrays: (options: object) => fromArrays({ x: [1] }, options),
    fromGenerator: (options: object) => fromGenerator(() => [{ x: 1 }], options),
    'Pipeline.shuffle': (options: object) => dataset().shuffle(0, options),
    'Pipeline.batch': (options: object) => dataset().batch(1, options),
    'Pipeline.map': (options: object) => dataset().map((example) => example, options),
    'Pipeline.take': (options: object) => dataset().take(1, options),
    'Pipeline.repeat': (options: object) => dataset().repeat(1, options),
    'Pipeline.prefetch': (options: object) => dataset().prefetch(1, options),
    ...libraryCalls('Forge', Forge),
    'new ForgeLibrary': (options: object) => new ForgeLibrary(options),
    ...libraryCalls('ForgeLibrary', new ForgeLibrary({ argv: [] })),
    readMetrics: (options: object) => core.readMetrics(nowhere, options),
    listRunSummaries: (options: object) => core.listRunSummaries(nowhere, options),
    trainLoop: core.trainLoop,
    verifyRun: (options: object) => core.verifyRun(folder, options),
    repairRun: (options: object) => core.repairRun({ problems: [] } as unknown as core.VerifiedRun, options),
  },
  exempt: {
    'Forge.openDataset': 'A plugin reads the options; Forge’s own reader is tried in its own test.',
    'ForgeLibrary.openDataset': 'A plugin reads the options; Forge’s own reader is tried in its own test.',
  },
});

describeOptions({
  door: 'packages/core/dist/plugin.d.ts',
  calls: {
    ...flagCalls(plugin.flag),
    checkModelParts: (rules: never) => plugin.checkModelParts({}, rules),
    definePlugin: plugin.definePlugin,
    plateau: (options: object) => plugin.plateau(1, options),
    cosineDecay: (options: never) => plugin.cosineDecay(1, options),
    exponentialDecay: (options: never) => plugin.exponentialDecay(1, options),
    stepDecay: (options: never) => plugin.stepDecay(1, options),
  },
  exempt: {
    checkOptions: 'It is the check.',
    refuseMisspelled: 'It is the check.',
    optimizerSettings: 'Is handed all options of an optimizer, which checkOptimizerOptions has looked at.',
  },
});

describeOptions({ door: 'packages/core/dist/flags.d.ts', calls: flagCalls(flags.flag) });

describeOptions({
  door: 'packages/core/dist/runs.d.ts',
  calls: { listRunSummaries: (options: object) => runs.listRunSummaries(nowhere, options) },
  exempt: { resultsFolder: 'Is handed a whole workplace, of which it reads a part.' },
});

describeOptions({
  door: 'packages/core/dist/testing/index.d.ts',
  calls: {
    // An ability that there is not ends it before it declares any test.
    describeBackendConformance: (options: object) =>
      testing.describeBackendConformance({ ...options, cannot: { 'no-ability': '' } } as never),
  },
  exempt: { 'nullBackend.start': calledByForge, 'toyBackend.start': calledByForge },
});

describeOptions({
  door: 'packages/backend-tfjs/dist/index.d.ts',
  calls: {
    plateau: (options: object) => tfjs.plateau(1, options),
    cosineDecay: (options: never) => tfjs.cosineDecay(1, options),
    exponentialDecay: (options: never) => tfjs.exponentialDecay(1, options),
    stepDecay: (options: never) => tfjs.stepDecay(1, options),
    adadelta: (options: object) => tfjs.adadelta(1, options),
    adagrad: (options: object) => tfjs.adagrad(1, options),
    adam: (options: object) => tfjs.adam(1, options),
    adamax: (options: object) => tfjs.adamax(1, options),
    adamw: (options: object) => tfjs.adamw(1, options),
    lion: (options: object) => tfjs.lion(1, options),
    momentum: (options: object) => tfjs.momentum(1, options),
    nesterov: (options: object) => tfjs.nesterov(1, options),
    rmsprop: (options: object) => tfjs.rmsprop(1, options),
    sgd: (options: object) => tfjs.sgd(1, options),
  },
});
