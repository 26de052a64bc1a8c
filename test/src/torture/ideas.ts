import { damageCheckpoint } from './damage-checkpoint.js';
import { failingWrites } from './failing-writes.js';
import { fuzz } from './fuzz.js';
import { hostileLinks } from './hostile-links.js';
import { hostileSizes } from './hostile-sizes.js';
import type { TortureIdea } from './idea.js';
import { killLogging } from './kill-logging.js';
import { killTraining } from './kill-training.js';
import { largeCheckpoint } from './large-checkpoint.js';
import { manyPoints } from './many-points.js';
import { resumeEverywhere } from './resume-everywhere.js';
import { signals } from './signals.js';
import { startAtOnce } from './start-at-once.js';

/** All that `npm run torture` does, in this order. */
export const ideas: readonly TortureIdea[] = [
  killTraining,
  killLogging,
  damageCheckpoint,
  failingWrites,
  resumeEverywhere,
  signals,
  hostileLinks,
  hostileSizes,
  startAtOnce,
  largeCheckpoint,
  manyPoints,
  fuzz,
];
