// Runs all tests in lanes, three at once; then alone those that measure time. The last line has the counts of all lanes.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const mocha = fileURLToPath(new URL('../node_modules/mocha/bin/mocha.js', import.meta.url));
const root = fileURLToPath(new URL('..', import.meta.url));

const folders = (...names) => names.map((name) => `test/dist/${name}/**/*.test.js`);
const alone = [
  'test/dist/browser/live.test.js',
  'test/dist/cli/hangup.test.js',
  'test/dist/cli/completion.test.js',
  'test/dist/plugins/start-up.test.js',
  'test/dist/torture/torture-alone.test.js',
];
const lanes = {
  packages: [
    'packages/*/dist/**/*.test.js',
    'bench/dist/**/*.test.js',
    ...folders(
      'architecture',
      'conformance',
      'format-1',
      'library',
      'load-back',
      'losses',
      'metrics',
      'options',
      'package-files',
      'pytorch',
    ),
  ],
  commands: [...folders('cli', 'docs'), ...alone.map((path) => `--ignore=${path}`)],
  programs: [
    ...folders('examples', 'plugins', 'resume', 'runtimes', 'torture', 'ui'),
    ...alone.map((path) => `--ignore=${path}`),
  ],
  // Its tests mostly wait for the cluster.
  cluster: ['--parallel', '--jobs=3', ...folders('slurm')],
  browser: [...folders('browser', 'transformers-js'), ...alone.map((path) => `--ignore=${path}`)],
  timed: [...folders('responsive'), ...alone],
};

/** Lanes that run one after the other, beside the others. They take about the same time. */
const atOnce = [['packages'], ['commands'], ['cluster', 'browser', 'programs']];

const summaries = mkdtempSync(join(tmpdir(), 'forge-tests-'));

/** @returns what mocha printed, its exit status, what failed, and the seconds of each file */
function run(lane, isLive) {
  return new Promise((done) => {
    const file = join(summaries, lane);
    const started = performance.now();
    const child = spawn(process.execPath, [mocha, ...lanes[lane]], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, FORGE_TEST_SUMMARY: file },
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
      if (isLive) process.stdout.write(text);
    });
    child.on('close', (status) => {
      const minutes = (performance.now() - started) / 60_000;
      done({ lane, output, status, minutes, ...readSummary(file) });
    });
  });
}

function readSummary(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { failed: [], seconds: {} };
  }
}

async function runInOrder(names, isLive) {
  const ended = [];
  for (const lane of names) ended.push(await run(lane, isLive));
  return ended;
}

const [live, ...others] = await Promise.all(atOnce.map((names, index) => runInOrder(names, index === 0)));
for (const { output } of others.flat()) process.stdout.write(output);
const ended = [...live, ...others.flat(), await run('timed', true)];

const counts = { passed: 0, failed: 0, skipped: 0 };
for (const { lane, output, status } of ended) {
  const line = output.trimEnd().split('\n').at(-1) ?? '';
  const found = [...line.matchAll(/(\d+) (passed|failed|skipped)/g)];
  for (const [, count, what] of found) counts[what] += Number(count);
  if (found.length > 0 && (status === 0 || /[1-9]\d* failed/.test(line))) continue;
  // Mocha itself ended early.
  counts.failed++;
  console.log(`The lane ${lane} ended with status ${status} and no counts.`);
}
rmSync(summaries, { recursive: true });
const { passed, failed, skipped } = counts;
const texts = ended.flatMap((lane) => lane.failed);
if (texts.length > 0) console.log(`\nFailed:\n\n  ${texts.join('\n\n').replaceAll('\n', '\n  ')}`);
const longest = ended.flatMap(({ seconds }) => Object.entries(seconds)).sort(([, a], [, b]) => b - a);
console.log('\nThe longest files:');
for (const [file, seconds] of longest.slice(0, 40)) console.log(`  ${seconds.toFixed(0).padStart(4)} s  ${file}`);
console.log(`\n${ended.map(({ lane, minutes }) => `${lane}: ${minutes.toFixed(1)} min`).join(', ')}`);
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed === 0 ? 0 : 1;
