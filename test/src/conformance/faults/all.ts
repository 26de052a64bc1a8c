import type { Fault } from '../fault.js';
import { aliasing } from './aliasing.js';
import { counters } from './counters.js';
import { evaluation } from './evaluation.js';
import { features } from './features.js';
import { laziness } from './laziness.js';
import { leaks } from './leaks.js';
import { rows, scale } from './outputs.js';
import { reports } from './reports.js';
import { seeds } from './seeds.js';
import { types } from './types.js';
import { slots, states, updates } from './updates.js';

/** All faults by group. Each breaks one rule of the port, on any engine. */
export const faults: Readonly<Record<string, readonly Fault[]>> = {
  'evaluation mode': evaluation,
  scale,
  rows,
  aliasing,
  seeds,
  types,
  leaks,
  laziness,
  'counters and schedules': counters,
  updates,
  'optimizer state': slots,
  states,
  reports,
  features,
};
