import { join } from 'node:path';
import * as onnx from '@forge-ml/backend-onnx';
import * as tfjs from '@forge-ml/backend-tfjs';
import * as core from '@forge-ml/core';
import { Forge, ForgeLibrary, flag, fromArrays, fromGenerator } from '@forge-ml/core';
import * as flags from '@forge-ml/core/flags';
import * as manage from '@forge-ml/core/manage';
import * as node from '@forge-ml/core/node';
import * as plugin from '@forge-ml/core/plugin';
import * as runs from '@forge-ml/core/runs';
import * as testing from '@forge-ml/core/testing';
import * as data from '@forge-ml/data';
import * as library from '@forge-ml/onnx';
import { describeOptions } from './describe-options.js';

const root = join(import.meta.dirname, '../../..');
// What is checked after the options may fail.
const tensor = { rank: 2, shape: [2, 2], dtype: 'float32' } as never;
const nowhere = join(import.meta.dirname, 'no-such-run');
const dataset = () => fromArrays({ x: [1, 2] });
const folder = { path: nowhere, experiment: 'none', number: 1 };
const experiment = { engine: {}, flags: {}, values: {} } as core.PreparedRun;
const calledByForge = 'Forge calls it, by the port.';

const flagCalls = (flag: typeof flags.flag) => ({
  'flag.integer': (options: object) => flag.integer(1, 'A number.', options),
  'flag.float': (options: object) => flag.float(1, 'A number.', options),
  'flag.boolean': (options: object) => flag.boolean(true, 'A switch.', options),
  'flag.string': (options: never) => flag.string('a', 'Text.', options),
  'flag.path': (options: object) => flag.path('a', 'A file.', options),
});

const libraryCalls = (name: string, forge: ForgeLibrary) => ({
  [`${name}.config`]: (options: object) => forge.config(options),
  [`${name}.launch`]: (options: never) => forge.launch(options),
  [`${name}.train`]: (options: object) => forge.train(experiment, options),
  [`${name}.dryRun`]: (options: object) => forge.dryRun(experiment, options),
  [`${name}.findLearningRate`]: (options: object) => forge.findLearningRate(experiment, options),
  [`${name}.rerun`]: (options: object) => forge.rerun(nowhere, options),
  [`${name}.diffWithProject`]: (options: object) => forge.diffWithProject(nowhere, options),
  [`${name}.sweep`]: (options: never) => forge.sweep(options),
  [`${name}.resumeSweep`]: (options: object) => forge.resumeSweep(nowhere, options),
  [`${name}.stopSweep`]: (options: object) => forge.stopSweep(nowhere, options),
  [`${name}.loadFromCheckpoint`]: (options: object) => forge.loadFromCheckpoint(nowhere, undefined, options),
  [`${name}.openPredictor`]: (options: object) =>
    forge.openPredictor(nowhere, undefined, undefined, undefined, options),
  [`${name}.openExport`]: (options: object) => forge.openExport(nowhere, options),
  [`${name}.exportCheckpoint`]: (options: never) => forge.exportCheckpoint(nowhere, options),
});

const metricCalls = {
  accuracy: core.accuracy,
  confusionMatrix: core.confusionMatrix,
  f1: core.f1,
  logLoss: core.logLoss,
  mae: core.mae,
  mean: core.mean,
  mse: core.mse,
  perplexity: core.perplexity,
  prAuc: core.prAuc,
  precision: core.precision,
  r2: core.r2,
  recall: core.recall,
  recallAtK: core.recallAtK,
  rmse: core.rmse,
  rocAuc: core.rocAuc,
  topK: core.topK,
};

const optimizerCalls = {
  adadelta: (options: object) => plugin.adadelta(1, options),
  adagrad: (options: object) => plugin.adagrad(1, options),
  adam: (options: object) => plugin.adam(1, options),
  adamax: (options: object) => plugin.adamax(1, options),
  adamw: (options: object) => plugin.adamw(1, options),
  lion: (options: object) => plugin.lion(1, options),
  momentum: (options: object) => plugin.momentum(1, options),
  nesterov: (options: object) => plugin.nesterov(1, options),
  rmsprop: (options: object) => plugin.rmsprop(1, options),
  sgd: (options: object) => plugin.sgd(1, options),
};

const rows = () => dataset().split({ valid: 0.5 });
const number = { x: core.number() };

const dataCalls = {
  'Pipeline.augment': (options: object) => dataset().augment((example) => example, options),
  'Pipeline.bucketByLength': (options: never) => dataset().bucketByLength(options),
  'Pipeline.cache': (options: object) => dataset().cache(options as never),
  'Pipeline.filter': (options: object) => dataset().filter(() => true, options),
  'Pipeline.kFold': (options: never) => dataset().kFold(options),
  'Pipeline.pack': (options: never) => dataset().pack(4, options),
  'Pipeline.padBatch': (options: never) => dataset().padBatch(1, options),
  'Pipeline.prepare': (options: object) => dataset().prepare(number, options),
  'Pipeline.shard': (options: object) => dataset().shard(0, 1, options),
  'Pipeline.split': (options: object) => dataset().split(options),
  'Pipeline.window': (options: object) => dataset().window(1, options),
  'Splits.augment': (options: object) => rows().augment((example) => example, options),
  'Splits.batch': (options: object) => rows().batch(1, options),
  'Splits.bucketByLength': (options: never) => rows().bucketByLength(options),
  'Splits.cache': (options: object) => rows().cache(options),
  'Splits.filter': (options: object) => rows().filter(() => true, options),
  'Splits.map': (options: object) => rows().map((example) => example, options),
  'Splits.pack': (options: never) => rows().pack(4, options),
  'Splits.padBatch': (options: never) => rows().padBatch(1, options),
  'Splits.prepare': (options: object) => rows().prepare(number, options),
  'Splits.shuffle': (options: object) => rows().shuffle(0, options),
  'Splits.window': (options: object) => rows().window(1, options),
  clip: core.clip,
  csv: (options: object) => core.csv(nowhere, options),
  download: (options: never) => core.download('https://example.org/file', options),
  idx: (options: object) => core.idx(nowhere, options),
  interleave: (options: object) => core.interleave([dataset()], options),
  inWorkers: (options: object) => core.inWorkers(new URL(import.meta.url), options),
  jsonLines: (options: object) => core.jsonLines(nowhere, options),
  label: core.label,
  fromRows: (options: object) => core.fromRows([], options),
  minMax: core.minMax,
  npy: (options: object) => core.npy(nowhere, options),
  oneHot: core.oneHot,
  scale: core.scale,
  target: core.target,
  textLines: (options: object) => core.textLines(nowhere, options),
  tokenize: core.tokenize,
  vocabulary: core.vocabulary,
};

const sweepCalls = {
  asha: core.asha,
  defineSweep: core.defineSweep,
  grid: core.grid,
  hyperband: core.hyperband,
  integer: (options: object) => core.integer(1, 2, options),
  random: core.random,
  sobol: core.sobol,
  tpe: core.tpe,
  uniform: (options: object) => core.uniform(0, 1, options),
};

describeOptions({
  door: 'packages/core/dist/index.d.ts',
  calls: {
    ...sweepCalls,
    defineConfig: core.defineConfig,
    defineData: core.defineData,
    defineModel: core.defineModel,
    ...flagCalls(flag),
    fromArrays: (options: object) => fromArrays({ x: [1] }, options),
    fromGenerator: (options: object) => fromGenerator(() => [{ x: 1 }], options),
    histogram: (options: object) => core.histogram([1], options),
    image: (options: object) => core.image([[1]], options),
    ...dataCalls,
    'Pipeline.shuffle': (options: object) => dataset().shuffle(0, options),
    'Pipeline.batch': (options: object) => dataset().batch(1, options),
    'Pipeline.map': (options: object) => dataset().map((example) => example, options),
    'Pipeline.take': (options: object) => dataset().take(1, options),
    'Pipeline.repeat': (options: object) => dataset().repeat(1, options),
    'Pipeline.prefetch': (options: object) => dataset().prefetch(1, options),
    ...libraryCalls('Forge', Forge),
    'new ForgeLibrary': (options: object) => new ForgeLibrary(options),
    ...libraryCalls('ForgeLibrary', new ForgeLibrary({ argv: [] })),
    ...metricCalls,
    readMetrics: (options: object) => core.readMetrics(nowhere, options),
    listenForStop: (options: object) => core.listenForStop(options).release(),
    trainLoop: core.trainLoop,
    verifyRun: (options: object) => core.verifyRun(folder, options),
    repairRun: (options: object) => core.repairRun({ problems: [] } as unknown as core.VerifiedRun, options),
  },
  exempt: {
    sampler: 'A plugin reads the options.',
    evaluate: 'It takes a stop request, which has no options.',
    'Forge.openDataset': 'A plugin reads the options; the reader of Forge has its own test.',
    'ForgeLibrary.openDataset': 'A plugin reads the options; the reader of Forge has its own test.',
  },
});

describeOptions({
  door: 'packages/core/dist/manage.d.ts',
  calls: {
    annotateRun: (options: object) => manage.annotateRun(folder, () => ({}), options),
    listCheckpoints: (options: object) => manage.listCheckpoints(nowhere, options),
    runDetails: (options: object) => manage.runDetails(folder, { results: nowhere, ...options }),
    removeCheckpoints: (options: object) => manage.removeCheckpoints(folder, [], options),
    removeRuns: (options: object) => manage.removeRuns(nowhere, [], options),
    purgeRuns: (options: object) => manage.purgeRuns(nowhere, [], options),
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
    ...optimizerCalls,
  },
  exempt: {
    checkOptions: 'It is the check.',
    chooseEngine: 'Gets a request of the port.',
    makeTpe: 'Gets a request of the port.',
    refuseMisspelled: 'It is the check.',
    optimizerSettings: 'It gets all options of an optimizer, which checkOptimizerOptions has checked.',
  },
});

describeOptions({
  door: 'packages/core/dist/node.d.ts',
  calls: {
    localLauncher: (options: object) => node.localLauncher(options),
    openRegularFile: (options: object) => node.openRegularFile(nowhere, options),
    readCsvColumns: (options: object) => node.readCsvColumns(nowhere, options).next(),
  },
  exempt: {
    'new WorkerChannel': 'It starts a thread: its own test tries the options.',
    'WorkerChannel.ask': 'Gets a request of its user, which is no options.',
    threadLimit: 'Gets environment variables, which are no options.',
    threadsOf: 'Gets environment variables, which are no options.',
  },
});

describeOptions({ door: 'packages/core/dist/flags.d.ts', calls: flagCalls(flags.flag) });

describeOptions({
  door: 'packages/core/dist/runs.d.ts',
  calls: {
    selectRuns: (options: object) => runs.selectRuns(nowhere, options),
    selectAmong: (options: object) => runs.selectAmong([], new Set(), options),
    openRegularFile: (options: object) => runs.openRegularFile(nowhere, options),
    readRunCurves: (options: object) => runs.readRunCurves(folder, ['valid.loss'], options),
    readMetrics: (options: object) => runs.readMetrics(nowhere, options),
    exportMetrics: (options: never) => runs.exportMetrics([folder], options).next(),
    writeMetrics: (options: never) => runs.writeMetrics([folder], nowhere, options),
  },
  exempt: {
    resultsFolder: 'Is given a whole environment, of which it reads a part.',
  },
});

describeOptions({
  door: 'packages/core/dist/testing/index.d.ts',
  calls: {
    // An unknown ability makes it throw before it declares a test.
    describeBackendConformance: (options: object) =>
      testing.describeBackendConformance({ ...options, cannot: { 'no-ability': '' } } as never),
    // Without the others it ends too.
    describeCheckpointStoreConformance: (options: object) =>
      testing.describeCheckpointStoreConformance(options as never),
    describeLauncherConformance: (options: object) => testing.describeLauncherConformance(options as never),
    describeOptimizerConformance: (options: object) => testing.describeOptimizerConformance(options as never),
    describeSamplerConformance: (options: object) => testing.describeSamplerConformance(options as never),
  },
  exempt: { 'nullBackend.start': calledByForge, 'toyBackend.start': calledByForge },
});

describeOptions({
  door: 'packages/backend-tfjs/dist/index.d.ts',
  calls: {
    infoNce: (options: object) => tfjs.infoNce(tensor, tensor, options),
    multipleNegativesRanking: (options: object) => tfjs.multipleNegativesRanking(tensor, tensor, options),
    tripletMargin: (options: object) => tfjs.tripletMargin(tensor, tensor, tensor, options),
    cosineEmbedding: (options: object) => tfjs.cosineEmbedding(tensor, tensor, tensor, options),
    sigmoidFocal: (options: object) => tfjs.sigmoidFocal(tensor, tensor, options),
    softmaxFocal: (options: object) => tfjs.softmaxFocal(tensor, tensor, options),
    sigmoidDice: (options: object) => tfjs.sigmoidDice(tensor, tensor, options),
    softmaxDice: (options: object) => tfjs.softmaxDice(tensor, tensor, options),
    distillation: (options: object) => tfjs.distillation(tensor, tensor, options),
    ctc: (options: object) => tfjs.ctc(tensor, tensor, options),
    plateau: (options: object) => tfjs.plateau(1, options),
    cosineDecay: (options: never) => tfjs.cosineDecay(1, options),
    exponentialDecay: (options: never) => tfjs.exponentialDecay(1, options),
    stepDecay: (options: never) => tfjs.stepDecay(1, options),
    ...optimizerCalls,
  },
});

const { ops } = onnx;
const value = (...shape: number[]) => {
  const bytes = new Uint8Array(4 * shape.reduce((product, size) => product * size, 1));
  return ops.constant({ dtype: 'float32', shape, bytes });
};
const [x, one, kernel, matrix] = [value(1, 4, 4, 4), value(4), value(4, 4, 1, 1), value(4, 4)];
const labels = ops.constant({ dtype: 'int32', shape: [4], bytes: new Uint8Array(16) });
const initializers = [
  'glorotNormal',
  'glorotUniform',
  'heNormal',
  'heUniform',
  'lecunNormal',
  'lecunUniform',
  'ones',
  'zeros',
];

/** The operators that take options. */
const opsCalls = {
  'ops.argMax': (options: object) => ops.argMax(x, 0, options),
  'ops.argMin': (options: object) => ops.argMin(x, 0, options),
  'ops.averagePool': (options: object) => ops.averagePool(x, [2, 2], options),
  'ops.batchNormalization': (options: object) => ops.batchNormalization(x, one, one, one, one, options),
  'ops.conv': (options: object) => ops.conv(x, kernel, null, options),
  'ops.convTranspose': (options: object) => ops.convTranspose(x, kernel, null, options),
  'ops.cumSum': (options: object) => ops.cumSum(x, 1, options),
  'ops.depthToSpace': (options: object) => ops.depthToSpace(x, 2, options),
  'ops.gelu': (options: object) => ops.gelu(x, options),
  'ops.gemm': (options: object) => ops.gemm(matrix, matrix, null, options),
  'ops.groupNormalization': (options: object) => ops.groupNormalization(x, one, one, { numGroups: 1, ...options }),
  'ops.hardSigmoid': (options: object) => ops.hardSigmoid(x, options),
  'ops.instanceNormalization': (options: object) => ops.instanceNormalization(x, one, one, options),
  'ops.layerNormalization': (options: object) => ops.layerNormalization(x, one, one, options),
  'ops.loop': (options: object) => ops.loop(1, [x], (_turn, states) => ({ states }), options),
  'ops.lpNormalization': (options: object) => ops.lpNormalization(x, options),
  'ops.maxPool': (options: object) => ops.maxPool(x, [2, 2], options),
  'ops.maxPoolWithIndices': (options: object) => ops.maxPoolWithIndices(x, [2, 2], options),
  'ops.mod': (options: object) => ops.mod(x, x, options),
  'ops.negativeLogLikelihoodLoss': (options: object) => ops.negativeLogLikelihoodLoss(matrix, labels, null, options),
  'ops.pad': (options: object) => ops.pad(x, [0, 0, 0, 0, 0, 0, 0, 0], options),
  'ops.reduceL1': (options: object) => ops.reduceL1(x, [1], options),
  'ops.reduceL2': (options: object) => ops.reduceL2(x, [1], options),
  'ops.reduceLogSum': (options: object) => ops.reduceLogSum(x, [1], options),
  'ops.reduceLogSumExp': (options: object) => ops.reduceLogSumExp(x, [1], options),
  'ops.reduceMax': (options: object) => ops.reduceMax(x, [1], options),
  'ops.reduceMean': (options: object) => ops.reduceMean(x, [1], options),
  'ops.reduceMin': (options: object) => ops.reduceMin(x, [1], options),
  'ops.reduceProd': (options: object) => ops.reduceProd(x, [1], options),
  'ops.reduceSum': (options: object) => ops.reduceSum(x, [1], options),
  'ops.reduceSumSquare': (options: object) => ops.reduceSumSquare(x, [1], options),
  'ops.resize': (options: object) => ops.resize(x, { scales: [1, 1, 2, 2], ...options }),
  'ops.rmsNormalization': (options: object) => ops.rmsNormalization(x, one, options),
  'ops.scan': (options: object) => ops.scan([x], [x], (states) => ({ states }), options),
  'ops.scatterElements': (options: object) => ops.scatterElements(matrix, labels, matrix, options),
  'ops.selu': (options: object) => ops.selu(x, options),
  'ops.softmaxCrossEntropyLoss': (options: object) => ops.softmaxCrossEntropyLoss(matrix, labels, null, options),
  'ops.topK': (options: object) => ops.topK(x, 1, -1, options),
  'ops.trilu': (options: object) => ops.trilu(x, options),
};

const graph = { inputs: [], outputs: new Map([['loss', ops.reduceMean(x)]]) };
const gradients = (options: object) => library.gradients(graph, options as never);

describeOptions({
  door: 'packages/onnx/dist/index.d.ts',
  calls: {
    recomputedGradients: (options: never) => library.recomputedGradients(options),
    gradients,
    readModel: (options: object) => library.readModel(nowhere, options),
    writeModel: (options: object) => library.writeModel(join(nowhere, 'model.onnx'), graph, options),
    modelBytes: (options: object) => library.modelBytes(graph, options),
    toModel: (options: object) => library.toModel(graph, options),
    quantizeWeights: (options: object) => library.quantizeWeights(nowhere, join(nowhere, 'out.onnx'), options),
    ...opsCalls,
  },
  exempt: { gradientsOf: 'It takes a list of rules.' },
});

describeOptions({
  door: 'packages/backend-onnx/dist/index.d.ts',
  calls: {
    plateau: (options: object) => onnx.plateau(1, options),
    cosineDecay: (options: never) => onnx.cosineDecay(1, options),
    exponentialDecay: (options: never) => onnx.exponentialDecay(1, options),
    stepDecay: (options: never) => onnx.stepDecay(1, options),
    ...optimizerCalls,
    fromOnnx: (options: never) => onnx.fromOnnx(nowhere, options),
    loadParameters: (options: object) => onnx.loadParameters(nowhere, options),
    dense: (options: object) => onnx.dense(1, options),
    conv1d: (options: object) => onnx.conv1d(1, 1, options),
    conv2d: (options: object) => onnx.conv2d(1, 1, options),
    depthwiseConv2d: (options: object) => onnx.depthwiseConv2d(1, options),
    batchNorm: (options: object) => onnx.batchNorm(options),
    layerNorm: (options: object) => onnx.layerNorm(options),
    rmsNorm: (options: object) => onnx.rmsNorm(options),
    groupNorm: (options: object) => onnx.groupNorm(1, options),
    embedding: (options: object) => onnx.embedding(1, 1, options),
    multiHeadAttention: (options: object) => onnx.multiHeadAttention(1, options),
    gru: (options: object) => onnx.gru(1, options),
    lstm: (options: object) => onnx.lstm(1, options),
    maxPool1d: (options: object) => onnx.maxPool1d(1, options),
    maxPool2d: (options: object) => onnx.maxPool2d(1, options),
    averagePool1d: (options: object) => onnx.averagePool1d(1, options),
    averagePool2d: (options: object) => onnx.averagePool2d(1, options),
    softmaxCrossEntropy: (options: object) => onnx.softmaxCrossEntropy(x, x, options),
    sigmoidCrossEntropy: (options: object) => onnx.sigmoidCrossEntropy(x, x, options),
    meanSquaredError: (options: object) => onnx.meanSquaredError(x, x, options),
    meanAbsoluteError: (options: object) => onnx.meanAbsoluteError(x, x, options),
    huber: (options: object) => onnx.huber(x, x, 1, options),
    infoNce: (options: object) => onnx.infoNce(x, x, options),
    multipleNegativesRanking: (options: object) => onnx.multipleNegativesRanking(x, x, options),
    blockDiagonalMask: (options: object) => onnx.blockDiagonalMask(x, options),
    tripletMargin: (options: object) => onnx.tripletMargin(x, x, x, options),
    cosineEmbedding: (options: object) => onnx.cosineEmbedding(x, x, x, options),
    sigmoidFocal: (options: object) => onnx.sigmoidFocal(x, x, options),
    softmaxFocal: (options: object) => onnx.softmaxFocal(x, x, options),
    sigmoidDice: (options: object) => onnx.sigmoidDice(x, x, options),
    softmaxDice: (options: object) => onnx.softmaxDice(x, x, options),
    distillation: (options: object) => onnx.distillation(x, x, options),
    ctc: (options: object) => onnx.ctc(x, x, options),
    gradients,
    ...opsCalls,
  },
  exempt: {
    ...Object.fromEntries(initializers.map((name) => [name, 'An initializer: the session calls it.'])),
    makeLayer: 'Custom layers may have any options; makeLayer reads only their name and whether they are trained.',
  },
});

describeOptions({
  door: 'packages/data/dist/index.d.ts',
  calls: {
    augment: data.augment,
    'Tokenizer.decode': (options: object) =>
      data.readTokenizer(join(root, 'packages/data/fixtures/text/qwen.json')).decode([1], options),
    'Tokenizer.encode': (options: object) =>
      data.readTokenizer(join(root, 'packages/data/fixtures/text/qwen.json')).encode('a', options),
    chat: (options: object) => data.chat(join(root, 'packages/data/fixtures/text/qwen.json'), options),
    colorJitter: data.colorJitter,
    decodeImage: (options: object) => data.decodeImage(new Uint8Array(), options),
    images: (options: object) => data.images(nowhere, options),
    mixup: (options: never) => data.mixup(options),
    parquet: (options: object) => data.parquet(nowhere, options),
    randomCrop: (options: object) => data.randomCrop(options),
    randomFlip: (options: object) => data.randomFlip(options),
    randomRotate: (options: object) => data.randomRotate(10, options),
    tokenize: (options: object) => data.tokenize(join(root, 'packages/data/fixtures/text/qwen.json'), options),
    wav: (options: object) => data.wav(nowhere, options),
  },
});
