/** What the command line needs besides: `@forge-ml/core/cli`. Not for others; it changes with any version. */

export type { JobOptions, JobPlace } from './api/jobs/job-options.js';
export type { JobRunner } from './api/jobs/job-runner.js';
export { checkpointAddressOf } from './checkpoint/checkpoint-address.js';
export { Arguments, readArguments } from './config/flags/arguments.js';
export { describeKind } from './config/flags/coerce-flag.js';
export { reservedFlags } from './config/flags/reserved-flags.js';
export { plainValues, resolveFlags, unknownFlag } from './config/flags/resolve-flags.js';
export { makeFolder } from './fs/durable-folder.js';
export { writeOutput } from './fs/write-output.js';
export type { JobResult } from './jobs/job.js';
export { announcedKinds } from './plugins/contract/providers.js';
export { readPluginIn } from './plugins/discovery/plugin-manifest.js';
export { publishedBackends } from './plugins/discovery/published-packages.js';
export { requireOutput } from './run/folder/require-output.js';
export { runSeconds } from './run/record/run-duration.js';
export { numbersIn } from './tensor/numbers-in.js';
export { nearestName, toKebab } from './text/flag-names.js';
export type { JobControl } from './train/launch/job-launcher.js';
export { flagsToContinue } from './train/loop/flags-to-continue.js';
export { predictInBatches } from './train/loop/predict-in-batches.js';
export { invocationFlags, runFlags } from './train/run-flags.js';
export { exitStatusOf, hasTerminal, stopSignals } from './train/stop/stop-signals.js';
export { runsToVerify } from './verify/runs-to-verify.js';
