import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { EventFileSink } from '../../../packages/core/dist/metrics/tensorboard/event-file-sink.js';
import { median, type Row } from '../benchmark.js';
import { newPage } from './open-browser.js';
import { information } from './rows.js';
import { ServerProcess } from './server-process.js';

const python = process.env.FORGE_TENSORBOARD_PYTHON;
const runs = 1_000;
const port = 16_106;
const rounds = 3;

/**
 * Both from the start of their process until the names of the runs and last values are on screen: TensorBoard with 1,000
 * runs, Forge with 10,000. TensorBoard keeps nothing from one start to the next; Forge keeps an index. TensorBoard is asked
 * for its page when its server has read all runs.
 */
export async function besideTensorboard(browser: Browser, results: string, folder: string): Promise<Row[]> {
  if (python === undefined || spawnSync(python, ['-c', 'import tensorboard']).status !== 0) {
    const detail = 'not measured: set FORGE_TENSORBOARD_PYTHON to a Python with tensorboard';
    return [{ ...information('TensorBoard beside it', 0, '×'), detail }];
  }
  const logs = join(folder, 'tensorboard');
  await writeEvents(logs);
  const cache = join(folder, 'tensorboard-cache');
  const [first, again, theirs]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < rounds; round++) {
    rmSync(cache, { recursive: true, force: true });
    first.push(await timeOfForge(browser, results, cache));
    again.push(await timeOfForge(browser, results, cache));
    theirs.push(await timeOfTensorboard(browser, logs));
  }
  const its = median(theirs);
  return [
    compared('the first start', its, median(first)),
    compared('each later start, with the index of the first one', its, median(again)),
  ];
}

function compared(when: string, its: number, ours: number): Row {
  return {
    what: `TensorBoard with 1,000 runs, relative to forge ui with 10,000, to names and last values: ${when}`,
    value: its / ours,
    unit: '×',
    bar: { relation: '>=', value: 4 },
    detail: `TensorBoard ${its.toFixed(0)} ms, forge ui ${ours.toFixed(0)} ms`,
  };
}

async function writeEvents(logs: string): Promise<void> {
  for (let run = 1; run <= runs; run++) {
    const folder = join(logs, `experiment-${run % 20}`, String(run));
    mkdirSync(folder, { recursive: true });
    const sink = new EventFileSink(folder);
    for (let step = 10; step <= 100; step += 10) {
      const values = { loss: 1 / step + run / 1e4, accuracy: 1 - 1 / step };
      for (const split of ['train', 'valid']) sink.write({ step, epoch: 0, time: 1.7e12 + step, split, values });
    }
    await sink.close();
  }
}

async function timeOfForge(browser: Browser, results: string, cache: string): Promise<number> {
  const page = await newPage(browser);
  const start = performance.now();
  const server = await ServerProcess.start(results, cache);
  try {
    await page.goto(server.origin, { waitUntil: 'commit' });
    await page.evaluate('timeUntil(0, () => document.querySelectorAll("tr[data-line] a").length > 10)');
    return performance.now() - start;
  } finally {
    await page.context().close();
    await server.stop();
  }
}

async function timeOfTensorboard(browser: Browser, logs: string): Promise<number> {
  const origin = `http://127.0.0.1:${port}`;
  const page = await newPage(browser);
  const start = performance.now();
  const words = ['-m', 'tensorboard.main', '--logdir', logs, '--port', String(port), '--bind_all'];
  const child = spawn(python!, words, { stdio: 'ignore' });
  try {
    while ((await runsOf(origin)) < runs) await delay(50);
    await page.goto(`${origin}/#timeseries`, { waitUntil: 'commit' });
    // A name of a run in the list, and a value in a card.
    const shown = 'document.body.innerText.includes("experiment-1") && document.querySelector("scalar-card") !== null';
    await page.evaluate(`timeUntil(0, () => ${shown})`);
    return performance.now() - start;
  } finally {
    await page.context().close();
    await stop(child);
  }
}

/** How many runs its server has read: the earliest moment at which they can be on screen. */
async function runsOf(origin: string): Promise<number> {
  try {
    const response = await fetch(`${origin}/data/plugin/scalars/tags`);
    return Object.keys((await response.json()) as object).length;
  } catch {
    return 0;
  }
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}
