import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { inBenchFolder } from '../bench-folder.js';
import type { Benchmark } from '../benchmark.js';
import { writeRuns } from '../list-runs.js';
import { writeCurves } from './curve-runs.js';
import { openBrowser } from './open-browser.js';
import { pageCurves } from './page-curves.js';
import { pageList } from './page-list.js';
import { pageSizes } from './page-sizes.js';
import { ServerProcess } from './server-process.js';
import { besideTensorboard } from './tensorboard.js';

/** The dashboard in a real browser: over 10,000 runs, with long and many curves, and TensorBoard beside it. */
export const uiPage: Benchmark = {
  name: 'ui',
  run: () =>
    inBenchFolder(async (folder) => {
      const [results, curves, cache] = [join(folder, 'results'), join(folder, 'curves'), join(folder, 'cache')];
      writeRuns(results);
      writeCurves(curves, join(results, 'experiment-1', '1', 'run.json'));
      // Changes in the last two seconds are not indexed.
      await delay(2_500);
      const browser = await openBrowser();
      try {
        const list = await ServerProcess.start(results, cache);
        const rows = await pageList(browser, list);
        await list.stop();
        const curveServer = await ServerProcess.start(curves, cache);
        rows.push(...(await pageCurves(browser, curveServer)));
        await curveServer.stop();
        return [...rows, ...pageSizes(results, folder), ...(await besideTensorboard(browser, results, folder))];
      } finally {
        await browser.close();
      }
    }),
};
