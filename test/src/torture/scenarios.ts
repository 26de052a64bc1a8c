import { corruptCheckpoint } from './corrupt-checkpoint.js';
import { failingWrites } from './failing-writes.js';
import { fuzz } from './fuzz.js';
import { hostileLinks } from './hostile-links.js';
import { hostileSizes } from './hostile-sizes.js';
import { killAtSteps } from './kill-at-steps.js';
import { killLogging } from './kill-logging.js';
import { killTraining } from './kill-training.js';
import { largeCheckpoint } from './large-checkpoint.js';
import { manyPoints } from './many-points.js';
import { manySteps } from './many-steps.js';
import { ortRuns } from './ort-runs.js';
import { resumeEverywhere } from './resume-everywhere.js';
import type { TortureScenario } from './scenario.js';
import { signals } from './signals.js';
import { startAtOnce } from './start-at-once.js';
import { killSweep } from './sweep/kill-sweep.js';

/** All scenarios of `npm run torture`, in order. */
export const scenarios: readonly TortureScenario[] = [
  killTraining,
  killAtSteps,
  killLogging,
  corruptCheckpoint,
  failingWrites,
  resumeEverywhere,
  signals,
  hostileLinks,
  hostileSizes,
  startAtOnce,
  largeCheckpoint,
  manyPoints,
  ortRuns,
  manySteps,
  killSweep,
  fuzz,
];
