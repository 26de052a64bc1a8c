import { readdir } from 'node:fs/promises';
import type { RunCurves } from '@forge-ml/core/runs';
import { bestsOf, curvesFigure, makePlot } from '@forge-ml/plot';
import { expect } from 'chai';
import fc from 'fast-check';
import picocolors from 'picocolors';
import { type BarState, barLine } from '../progress/bar-line.js';
import { bandedPlot } from './plot/banded-plot.js';
import { unicodeSymbols } from './plot/symbols.js';
import { renderTerminalPlot } from './plot/terminal-plot.js';

const colors = picocolors.createColors(false);
const hidden = /(?![\n\t]|\ufe0e|\ufe0f)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const hostile = fc.array(
  fc.constantFrom(
    '\x1b[2J',
    '\x1b]52;c;aGk=\x07',
    '\x9b1m',
    '\x7f',
    '\u202e',
    '\u2066',
    '\u200b',
    '\u{e0041}',
    '\r',
    'x',
  ),
  { minLength: 1, maxLength: 6 },
);

/** Data with a text in every place that files or packages can set. The keys of `untrusted` are untrusted too. */
const untrusted = { text: 'text' };
const numbers = { text: 1 };
const announced = Object.fromEntries(
  [
    'backends',
    'sinks',
    'hooks',
    'checkpointStores',
    'launchers',
    'samplers',
    'steps',
    'readers',
    'exporters',
    'commands',
    'flags',
  ].map((kind) => [kind, ['text']]),
);
const plugin = {
  package: 'text',
  version: 'text',
  folder: '/text',
  plugin: 'text',
  port: 1,
  problem: null,
  ...announced,
};
const listed = { ...plugin, from: 'linked', usable: false, remarks: [{ message: 'text', hint: 'text' }] };
const place = { run: '/text', experiment: 'text', number: 1, step: 1 };
const metrics = { text: numbers, train: numbers, valid: { loss: 1, ...numbers } };
const parameter = { name: 'text', dtype: 'float32', shape: [1], count: 1, bytes: 4, trainable: true };
const sum = { tensors: 1, count: 1, bytes: 4 };
const parameters = { rows: [parameter], trained: sum, frozen: sum, total: sum };
const engine = { backend: 'text', engine: 'text', device: 'text', settings: untrusted };
const record = {
  ...{
    experiment: 'text',
    number: 1,
    status: 'failed',
    reason: 'text',
    created: 'text',
    ended: 'text',
    step: 1,
    epoch: 1,
  },
  ...{
    command: ['a', 'b', 'text'],
    directory: '/text',
    versions: untrusted,
    metrics,
    engine,
    backend: { name: 'text' },
  },
  ...{ git: { commit: 'text', branch: 'text', dirty: true }, resumes: [{ time: 'text', step: 1 }] },
  ...{ host: { hostname: 'text', cpus: 1, cpu: 'text' }, process: { host: 'text' } },
};
const table = { axes: ['text', 'text'], rows: ['text'], columns: ['text'], values: [[1]] };
const problem = { kind: 'text', path: 'text', message: 'text', damage: true };
const verified = {
  ...{ experiment: 'text', number: 1, path: '/text', damaged: true, problems: [problem] },
  loadable: { checkpoints: [1], code: true, run: true },
};

const checkpoints = [
  { step: 1, epoch: 1, path: '/text', bytes: 1, time: 'text', metrics, metricSteps: { text: 0 } },
  { step: 2, epoch: null, path: '/text', bytes: null, time: null, metrics, metricSteps: {}, damage: 'text' },
].map((checkpoint) => ({ damage: null, best: true, latest: true, keptBy: ['text'], bestBy: ['text'], ...checkpoint }));

const keysOfRun = ['flags.text', 'last.text.text', 'last.valid.text'];

function listedRun(flag: string) {
  const values = new Map<string, unknown>([
    ...Object.entries({ ...place, status: 'failed', reason: 'text', epoch: 1, 'flags.text': flag }),
    ...Object.entries({ 'last.text.text': 1, 'last.valid.text': 1, tag: ['text'], created: 'text' }),
    ...Object.entries({ duration: 1, backend: 'text', engine: 'text' }),
  ]);
  return { get: (key: string) => values.get(key) };
}

const curve = {
  ...{ metric: 'valid.text', split: 'text', name: 'text', direction: 'min', values: 2, notPositive: 1 },
  lines: [{ x: [1, 2], y: [1, 2] }],
  smoothed: null,
  notFinite: [{ value: 'NaN', x: [1] }],
  best: { x: 1, step: 1, epoch: 0, time: 1, value: 1 },
  last: { x: 2, step: 2, epoch: 0, time: 2, value: 2 },
};
const watched = {
  ...{ run: { experiment: 'text', number: 1 }, status: 'running', reason: 'text', step: 1, epoch: 0 },
  ...{ totalSteps: 2, secondsLeft: 1, heartbeat: 0, curve },
};

const parameterValues = { text: 'text' };
const condition = { parameter: 'text', values: ['text'] };
const choices = { kind: 'choice', choices: ['text', 1], when: condition };
const trial = {
  ...{ trial: 1, parameters: parameterValues, state: 'completed', values: [1, 2], reason: 'text', rungs: 1 },
  ...{ bracket: null, pruned: false, runs: [{ number: 1, submitted: false }] },
};
const trials = [
  trial,
  { ...trial, trial: 2, parameters: { text: 'text 2' } },
  { ...trial, trial: 3, state: 'failed', values: null },
  { ...trial, trial: 4, state: 'running', values: null },
];
const sweep = {
  ...{ name: 'text', space: { text: choices }, method: { name: 'text' }, seed: 0, repeat: 2, workers: 2 },
  objectives: [
    { metric: 'text', direction: 'min', value: 'best' },
    { metric: 'text 2', direction: 'max', value: 'last' },
  ],
  ...{ halving: { name: 'asha', reduction: 3, min: 1, max: 9, unit: 'epochs' }, launcher: { name: 'text' } },
};
const sweepView = {
  ...{ folder: '/text', sweep, status: 'stopped', reason: 'text', controller: null, trials, best: [1, 2] },
  counts: { completed: 2, failed: 1, running: 1 },
  ...{ steps: 1, seconds: 1, elapsed: 1, remaining: { trials: 1, steps: 1, hours: 1, seconds: 1 } },
};
// The action that makes the command quotes and escapes its words.
const next = { why: 'text', command: 'command' };

/** The parameters of every renderer. */
const calls: Readonly<Record<string, readonly unknown[]>> = {
  renderBackendList: [
    [
      {
        name: 'text',
        package: 'text',
        version: 'text',
        error: null,
        engines: [{ name: 'text', detail: 'text', usable: false, remedy: 'text' }],
      },
      { name: 'text', package: 'text', version: 'text', engines: [], error: 'text' },
    ],
    colors,
    80,
  ],
  renderCheckpoints: [checkpoints, colors, 200],
  renderChecks: [[{ name: 'text', status: 'warn', detail: 'text', remedy: 'text' }], colors],
  renderEvaluation: [
    { ...place, split: 'text', metrics: numbers, tables: { text: table }, media: { samples: 'image' } },
    colors,
    80,
  ],
  renderMetricTable: ['text', table, colors, 80],
  flagRows: [{ text: { kind: 'string', default: 'text', choices: ['text'], description: 'text' } }],
  toJson: [{ ...record, untrusted }],
  formatStats: [numbers],
  statParts: [numbers],
  shortPath: ['/text'],
  runReference: [place],
  renderPlugin: [plugin, colors],
  renderPluginList: [[listed], colors, 80],
  renderInspectedPlugin: [
    { ...listed, installedAs: 'text', dependencies: [{ name: 'text', wanted: 'text', installed: 'text' }] },
    colors,
  ],
  renderPrediction: [{ ...place, out: '/text', outputs: untrusted }, colors],
  renderRowPrediction: [{ ...place, out: '/text', rows: 1, columns: ['text'] }, colors],
  renderProject: ['/text', []],
  renderPackage: ['/text', [], ''],
  renderAnnotation: [{ ...place, tags: ['text'], note: 'text', name: 'text' }, 'tags', colors],
  renderRunDetails: [
    {
      run: '/text',
      record,
      annotations: { tags: ['text'], note: 'text', name: 'text' },
      flags: { text: { value: 'text', source: 'text' } },
      checkpoints: [...checkpoints],
      best: { text: { text: { value: 1, step: 1 } } },
      resume: null,
    },
    colors,
    80,
  ],
  renderRunList: [[listedRun('text'), listedRun('text 2')], keysOfRun, colors, { width: 400, sorted: ['reason'] }],
  renderRepeated: [
    { summary: { 'last.text.text': { count: 1, mean: 1, standardDeviation: 1, median: 1, min: 1, max: 1 } } },
    [listedRun('text'), listedRun('text 2')],
    colors,
    200,
  ],
  renderSeedsLeft: [
    [1, 2],
    ['text', '--run-name=text'],
  ],
  cellOf: ['note', 'text'],
  titleOf: ['flags.text'],
  renderGroupList: [
    [
      {
        runs: ['text'],
        experiments: ['text'],
        flags: untrusted,
        metrics: { text: { count: 1, mean: 1, standardDeviation: null, best: { run: 'text', value: 1 } } },
      },
    ],
    colors,
    200,
  ],
  formatFact: ['text'],
  renderRunDiff: [
    {
      a: { name: 'text', run: '/text' },
      b: { name: 'text', run: '/text' },
      same: false,
      flags: [{ name: 'text', a: { value: 'text', source: 'text' }, b: null }],
      code: [
        { path: 'text', change: 'changed', patch: '--- a/text\n+++ b/text\n-text\n+text\n', reason: null },
        { path: 'text', change: 'added', patch: null, reason: 'text' },
      ],
      facts: {
        ...{ progress: [], versions: [], data: [], engine: [] },
        git: [{ name: 'text', a: 'text', b: 'text' }],
      },
      last: [{ name: 'text', a: 1, b: 2 }],
      best: [{ name: 'text', a: { value: 1, step: 1 }, b: null }],
      notCompared: [],
    },
    colors,
    40,
  ],
  renderRunComparison: [
    {
      runs: [
        { name: 'text', run: '/text' },
        { name: 'text', run: '/text' },
      ],
      rows: [
        { group: 'flags', name: 'text', values: ['text', null], equal: false },
        { group: 'best', name: 'text', values: [1, 2], steps: [1, 1], best: [0], equal: false },
      ],
    },
    false,
    colors,
    80,
  ],
  renderBeginning: [
    { id: 'text', folder: '/text', from: { step: 1 }, init: { from: 'text', step: 1, matched: 1, parameters: 2 } },
    { engine: { info: engine }, reopened: null, repeats: { origin: { experiment: 'text', number: 1 } } },
    colors,
  ],
  renderTrash: [
    { results: '/text', runs: [{ ...place, name: 'text', bytes: 1, removed: 'text' }], purging: [] },
    colors,
    200,
  ],
  renderParameters: [parameters, colors, 80, true],
  renderMemory: [{ total: 1, parts: { text: 1 } }],
  renderDryRun: [
    {
      backend: 'text',
      engine,
      parameters,
      memory: { total: 1, parts: { text: 1 } },
      batches: { text: 1 },
      batch: { text: { dtype: 'float32', shape: [1] } },
      examples: [{ text: { shape: [1], numbers: [1] } }],
      evaluation: { split: 'text', metrics: numbers, outputs: { text: { dtype: 'float32', shape: [1] } } },
    },
    colors,
    80,
  ],
  initParts: [{ from: 'text', step: null, matched: 1, parameters: 2 }],
  // The CLI gives it a path that is escaped; all else is numbers.
  renderProfile: [{ steps: 1, seconds: 1, parts: { data: 1 } }, 'path', colors, 80],
  renderEnd: [{ ...place, status: 'completed', reason: 'text', restoredFrom: 1, metrics }, 1, colors, 80],
  renderSweepStatus: [
    sweepView,
    { colors, columns: 300, rows: Number.POSITIVE_INFINITY, steps: new Map(), next, footer: 'q quits' },
  ],
  renderSweepReport: [
    { ...sweepView, importance: numbers, bestCommand: 'command' },
    { colors, columns: 300, limit: 3, next },
  ],
  renderSweepFacts: [sweepView, colors, 80],
  renderTrials: [sweepView, trials, { colors, width: 300, states: true, steps: new Map() }],
  renderTrialLine: [{ ...trial, state: 'failed', best: true }, sweep, colors],
  renderParameterValue: ['text'],
  renderJobEnd: [{ status: 'failed', reason: 'text', step: 1, seconds: 1 }, colors],
  nextLines: [next, 80],
  renderSweepChange: [{ name: 'text', budget: { trials: 1, steps: 1, hours: 1 }, done: 'recorded' }, 'command', 80],
  objectiveParts: [sweepView],
  methodParts: [sweepView],
  trialParts: [sweepView],
  bestParts: [sweepView],
  renderSweepBeginning: [sweepView, true, colors, 80],
  renderSweepEnd: [
    { ...sweepView, importance: null, bestCommand: null },
    { status: 'stopped', reason: 'text', jobsRunning: 1 },
    { colors, columns: 80, next },
  ],
  renderWatchedRuns: [[watched], { colors, columns: 200, rows: 40, unicode: true, now: 0 }],
  renderServedRequest: [
    { path: 'text', status: 400, examples: 1, ms: 1, error: { code: 'text', message: 'text' } },
    'time',
  ],
  renderWatchLine: [{ ...watched, status: 'failed' }],
  renderVerifiedRun: [{ ...verified, moved: [{ from: 'text', to: 'text' }], after: verified }, colors],
};

/** Functions that get no untrusted text, or no whole lines of it. */
const others = [
  ...[
    'colorsFor',
    'wantsColors',
    'countOfRuns',
    'formatRate',
    'renderPictures',
    'localTime',
    'renderStatus',
    'renderTrialState',
    'renderSweepStatusName',
    'stateNames',
    'renderMean',
    'renderTable',
  ],
  ...[
    'fitTable',
    'textWidth',
    'widestOf',
    'padText',
    'columnsOf',
    'renderStopping',
    'renderSweepStopping',
    'renderJobStopping',
    'renderVerifySummary',
    'wrapParts',
    'wrapWords',
    'renderRemedy',
    'formatMetrics',
    'renderSides',
    'LiveLine',
    'LiveBlock',
    'showsUnicode',
    'sparkline',
  ],
  // Parts of plots, which have a test of their own below.
  ...['renderTerminalPlot', 'svgToPng', 'eventRows', 'paint', 'bandedPlot'],
  ...['plotNotes', 'DotGrid'],
  ...['asciiSymbols', 'unicodeSymbols', 'renderFoundRate'],
];

/** A copy of the data with a text inserted at every place marked `text`. */
function filled(value: unknown, text: string): unknown {
  if (typeof value === 'string') return value.replace('text', `t${text}`);
  if (Array.isArray(value)) return value.map((item) => filled(item, text));
  if (value instanceof Map) return new Map(filled([...value], text) as [string, unknown][]);
  if (typeof value !== 'object' || value === null || value === colors) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name.replace('text', `t${text}`), filled(item, text)]),
  );
}

describe('untrusted text in output', () => {
  const renderers = new Map<string, (...parameters: never[]) => unknown>();
  before(async () => {
    // The sources are listed, because a build may contain compiled files whose sources were deleted.
    for (const folder of ['render', 'render/plot', 'render/runs', 'render/sweep', 'terminal']) {
      for (const file of await readdir(new URL(`../../src/${folder}`, import.meta.url))) {
        if (file.includes('.test.') || !file.endsWith('.ts')) continue;
        const compiled = new URL(`../${folder}/${file.replace(/\.ts$/, '.js')}`, import.meta.url).href;
        const module = (await import(compiled)) as Record<string, never>;
        for (const [name, value] of Object.entries(module)) renderers.set(name, value);
      }
    }
  });

  it('is tested with every renderer', () => {
    expect([...Object.keys(calls), ...others].sort()).to.deep.equal([...renderers.keys()].sort());
  });

  for (const [name, parameters] of Object.entries(calls)) {
    it(`has no control or invisible characters: ${name}`, () => {
      fc.assert(
        fc.property(hostile, (parts) => {
          const output = renderers.get(name)!(...(parameters.map((value) => filled(value, parts.join(''))) as never[]));
          const text = typeof output === 'string' ? output : Object.values(output as object).join('\n');
          expect(text, JSON.stringify(text)).not.to.match(hidden);
        }),
        { numRuns: 20 },
      );
    });
  }

  it('has no control or invisible characters in plots', () => {
    const run = {
      run: { experiment: 'text', number: 1 },
      status: 'running',
      curves: [curve],
      resumes: [1],
      checkpoints: [2],
    };
    fc.assert(
      fc.property(hostile, (parts) => {
        const runs = filled([run, { ...run, run: { experiment: 'text', number: 2 } }], parts.join('')) as RunCurves[];
        const plot = makePlot(runs, { axis: 'step', log: { x: false, y: true } });
        const text = renderTerminalPlot(plot, { columns: 80, colors, symbols: unicodeSymbols });
        const key = `flags.${parts.join('')}`;
        const groups = runs.map((of) => ({ flags: [{ key, value: key }], experiment: key, runs: [of] }));
        const settings = { axis: 'step', log: { x: false, y: false } } as const;
        const { plot: banded } = bandedPlot(groups, 'range', settings);
        const bands = [
          renderTerminalPlot(banded, { columns: 80, colors, symbols: unicodeSymbols }),
          curvesFigure(banded, 6.9),
        ];
        for (const drawn of [text, curvesFigure(plot, 3.3), ...bestsOf(plot), ...bands]) {
          expect(drawn, JSON.stringify(drawn)).not.to.match(hidden);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('has no control or invisible characters in the live line', () => {
    const state: BarState = {
      ...{ step: 1, epoch: 0, totalSteps: 10, stepsPerSecond: 1, secondsLeft: 1 },
      stats: { 'a\x1b[2J\u202e': 1 },
    };
    expect(barLine(state, 200, colors)).not.to.match(hidden);
  });
});
