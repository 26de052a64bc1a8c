import { checkOptions, type NoOptions } from '../../errors/check-options.js';
import type { Halving, Method } from '../record/sweep-file.js';
import { checkTpeOptions, type TpeOptions } from '../samplers/tpe/options.js';
import { checkHalving, type HalvingRequest } from './halving-request.js';

/** Options of a method: plain data. */
export type MethodOptions = Readonly<Record<string, unknown>>;

/** Every combination of the values. @param options.points how many numbers of a range without a step to try */
export function grid(options: { readonly points?: number } = {}): Method {
  checkOptions(options, ['points'], { of: 'grid(options)' });
  return { name: 'grid', options };
}

/** Each parameter at random, independent of the trials before. */
export function random(options: NoOptions = {}): Method {
  checkOptions(options, [], { of: 'random()', synonyms: { seed: 'Give it as `seed` of the sweep.' } });
  return { name: 'random', options };
}

/** A scrambled Sobol sequence (Sobol, 1967; Owen, 1998): covers the space more evenly than random choices. */
export function sobol(options: NoOptions = {}): Method {
  checkOptions(options, [], { of: 'sobol()', synonyms: { seed: 'Give it as `seed` of the sweep.' } });
  return { name: 'sobol', options };
}

/** Tree-structured Parzen estimator (Bergstra et al., 2011): chooses near the best trials so far. */
export function tpe(options: TpeOptions = {}): Method {
  checkTpeOptions({ ...options });
  return { name: 'tpe', options: { ...options } };
}

/** A sampler of a plugin, by name. */
export function sampler(name: string, options: MethodOptions = {}): Method {
  return { name, options };
}

/** How trials are stopped early. */
export interface HalvingOptions {
  /** The best 1/reduction of each rung go on. Default: 3. */
  readonly reduction?: number;
  /** The first rung. Default: 1. */
  readonly min?: number;
  /** The limit of every trial. Default: that of the runs, `--epochs` or `--steps`. */
  readonly max?: number;
  /** Default: that of the runs' limit. */
  readonly unit?: 'steps' | 'epochs';
}

/** Asynchronous successive halving (Li et al., 2020): trials pause at rungs, and the best go on. */
export function asha(options: HalvingOptions = {}): HalvingRequest {
  return halving('asha', options);
}

/** Hyperband (Li et al., 2018): successive halving with several first rungs, which share the trials. */
export function hyperband(options: HalvingOptions = {}): HalvingRequest {
  return halving('hyperband', options);
}

function halving(name: Halving['name'], options: HalvingOptions): HalvingRequest {
  checkOptions(options, ['reduction', 'min', 'max', 'unit'], { of: `${name}(options)`, synonyms });
  const { reduction = 3, ...rest } = options;
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  return checkHalving({ name, reduction, ...Object.fromEntries(given) });
}

const synonyms = {
  eta: 'reduction',
  reductionFactor: 'reduction',
  minResource: 'min',
  gracePeriod: 'min',
  maxResource: 'max',
  maxT: 'max',
  timeAttr: 'unit',
};
