import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MetricRecord } from '@forge-ml/core/plugin';
import { MlflowSink, type SinkRun } from './mlflow-sink.js';
import { type Point, TrackingServer } from './tracking-server.test.support.js';

/** The default pace, twenty times as fast. */
export const quickPace = { interval: 50, firstWait: 50, longestWait: 3_000, patience: 1_000 };

/** A run's folder and a tracking server for each test. */
export function useSinkRun() {
  let server: TrackingServer;
  let folder: string;
  let warnings: string[];
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'forge-mlflow-'));
    server = await new TrackingServer().start();
    warnings = [];
  });
  afterEach(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });
  return {
    get server() {
      return server;
    },
    get folder() {
      return folder;
    },
    get warnings() {
      return warnings;
    },
    /** Opens the sink as Forge would, for the server of the test or another address. */
    open(
      options: Partial<SinkRun> & { url?: string; timeout?: number; authorization?: string } = {},
    ): Promise<MlflowSink> {
      const { url = server.url, timeout = 2_000, authorization, ...run } = options;
      const warn = (line: string) => void warnings.push(line);
      const sinkRun: SinkRun = { folder, id: 'digits/3', resumedAt: null, config: { learningRate: 0.1 }, warn, ...run };
      return MlflowSink.open(sinkRun, { url, authorization, timeout }, null, quickPace);
    },
  };
}

export const record = (step: number, values: Readonly<Record<string, number>> = { loss: 1 / step }): MetricRecord => ({
  step,
  epoch: 0,
  time: 1_700_000_000_000 + step,
  split: 'train',
  values,
});

/** The steps of a metric's points, in the order of arrival. */
export function stepsOf(points: readonly Point[], key = 'train/loss'): number[] {
  return points.filter((point) => point.key === key).map(({ step }) => step);
}

export const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => first + index);
