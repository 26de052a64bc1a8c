import { clip } from './steps/clip.js';
import { imputeCategory, imputeNumber } from './steps/impute.js';
import { label } from './steps/label.js';
import { log1p } from './steps/log1p.js';
import { minMax } from './steps/min-max.js';
import { number } from './steps/number.js';
import { oneHot } from './steps/one-hot.js';
import { resize } from './steps/resize.js';
import { scale } from './steps/scale.js';
import { standardize } from './steps/standardize.js';
import type { Json, Step } from './steps/step.js';
import { tokenize } from './steps/tokenize.js';
import { vocabulary } from './steps/vocabulary.js';

const steps = {
  number,
  log1p,
  clip,
  minMax,
  standardize,
  imputeNumber,
  imputeCategory,
  oneHot,
  label,
  vocabulary,
  tokenize,
  scale,
  resize,
} as const;
export type StepKind = keyof typeof steps;

/** Each step converts with its own options and state only. */
export const stepKinds = steps as unknown as Readonly<Record<StepKind, Step<Json, Json>>>;
