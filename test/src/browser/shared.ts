import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Dashboard, startDashboard } from './dashboard.js';
import { writeExampleFolder } from './example-folder.js';

export interface SharedDashboard extends Dashboard {
  readonly results: string;
}

let shared: Promise<SharedDashboard> | undefined;

/** One dashboard over one example folder, for all tests that only look. */
export function sharedDashboard(): Promise<SharedDashboard> {
  shared ??= start();
  return shared;
}

async function start(): Promise<SharedDashboard> {
  const folder = await mkdtemp(join(tmpdir(), 'forge-browser-'));
  const results = await writeExampleFolder(folder);
  const dashboard = await startDashboard(folder, [], { env: { XDG_CACHE_HOME: join(folder, '.cache') } });
  return { ...dashboard, results };
}

after('stop the shared dashboard', async () => {
  if (shared === undefined) return;
  const { results, stop } = await shared;
  await stop();
  await rm(join(results, '..'), { recursive: true });
});
