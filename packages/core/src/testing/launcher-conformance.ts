import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JobLauncher } from '../train/launch/job-launcher.js';
import { describeFollowing } from './launcher-conformance/following.js';
import { checkLauncherConformanceOptions, type LauncherConformanceOptions } from './launcher-conformance/options.js';
import { describeJobStates } from './launcher-conformance/states.js';
import { describeStopping } from './launcher-conformance/stopping.js';
import { subjectOf } from './launcher-conformance/subject.js';
import { describeSubmitting } from './launcher-conformance/submitting.js';

/**
 * The contract of a launcher of many jobs (`JobLauncher`), as a Mocha suite that starts real processes:
 *
 * ```ts
 * import { describeLauncherConformance } from '@forge-ml/core/testing';
 * import { NiceLauncher } from './nice-launcher.js';
 *
 * describeLauncherConformance({ name: 'nice', open: () => new NiceLauncher() });
 * ```
 *
 * Its jobs are `node job-program.js job FILE INDEX`, as those of Forge are `forge job FILE INDEX`; `job --worker` is a
 * process that does one after the other.
 */
export function describeLauncherConformance(options: LauncherConformanceOptions): void {
  checkLauncherConformanceOptions(options);
  const seconds = options.seconds ?? 20;
  describe(`launcher conformance: ${options.name}`, function () {
    if (this.timeout() > 0) this.timeout(Math.max(this.timeout(), 6000 * seconds));
    let folder = '';
    let launcher: JobLauncher;
    const submitted: { ids: readonly string[]; release(): Promise<void> }[] = [];
    beforeEach(async () => {
      folder = await mkdtemp(join(options.folder ?? tmpdir(), 'forge-jobs-'));
      launcher = await options.open();
    });
    afterEach(async () => {
      for (const { ids, release } of submitted.splice(0)) {
        // A launcher with a fault may fail here too; the test has already said so.
        await release().catch(() => undefined);
        await launcher.cancel(ids, { now: true }).catch(() => undefined);
      }
      await launcher.close?.();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    });

    const subject = subjectOf(
      options,
      () => folder,
      () => launcher,
      (ids, release) => void submitted.push({ ids, release }),
    );
    describe('submitting', () => describeSubmitting(subject));
    describe('states', () => describeJobStates(subject));
    describe('stopping', () => describeStopping(subject));
    describe('following', () => describeFollowing(subject));
  });
}
