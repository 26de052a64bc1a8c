import { ForgeError } from '../errors/forge-error.js';
import { type MetricAddress, parseMetricAddress } from '../metrics/metric-address.js';

/** Names a checkpoint of a run: `1000`, `latest`, `best`, `best:valid.rmse` or `best:valid.score:max`. */
export type CheckpointAddress = number | 'latest' | 'best' | `best:${string}`;

export type ParsedAddress =
  | { readonly kind: 'step'; readonly step: number }
  | { readonly kind: 'latest' }
  /** Without a metric: the one that the run keeps its checkpoints by. */
  | { readonly kind: 'best'; readonly metric: MetricAddress | undefined };

/**
 * Reads a checkpoint's address; a step may be given as text.
 * @throws ForgeError USAGE for text that is no address
 */
export function parseCheckpointAddress(address: number | string): ParsedAddress {
  const text = String(address);
  if (text === 'latest') return { kind: 'latest' };
  if (text === 'best') return { kind: 'best', metric: undefined };
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return { kind: 'step', step: Number(text) };
  const metric = text.startsWith('best:') ? parseMetricAddress(text.slice('best:'.length)) : undefined;
  if (metric !== undefined) return { kind: 'best', metric };
  throw new ForgeError('USAGE', `"${text}" does not name a checkpoint.`, {
    about: 'checkpoint',
    hint: 'Use a step such as 1000, latest, best, best:valid.rmse or best:valid.score:max.',
  });
}

/**
 * The address given by either of two options, checked; undefined where neither is given.
 * @param step a synonym of `checkpoint` for a step
 * @throws ForgeError USAGE where both are given, or it is no address
 */
export function checkpointAddressOf(given: {
  readonly checkpoint?: number | string | null | undefined;
  readonly step?: number | null | undefined;
}): CheckpointAddress | undefined {
  const { checkpoint, step } = given;
  if (checkpoint != null && step != null) {
    throw new ForgeError('USAGE', 'checkpoint and step both name the checkpoint.', {
      about: 'step',
      hint: 'Omit step.',
    });
  }
  const address = checkpoint ?? step;
  if (address == null) return undefined;
  const parsed = parseCheckpointAddress(address);
  return parsed.kind === 'step' ? parsed.step : (address as CheckpointAddress);
}
