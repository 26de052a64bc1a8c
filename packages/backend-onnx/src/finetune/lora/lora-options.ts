import { checkOptions, ForgeError, shownValue } from '@forge-ml/core/plugin';

/** How a model is adapted by low-rank adapters (Hu et al., "LoRA", 2021, arXiv:2106.09685). */
export interface LoraOptions {
  /** The rank of the adapters: more is more to train. Default: 8. */
  readonly rank?: number;
  /** The adapters' output is scaled by alpha / rank. Default: 2 · rank. */
  readonly alpha?: number;
  /**
   * Which weights have an adapter, by names with `*` for any characters: `'*q_proj*'`. A name is that of the weight in
   * the file, or of its module. Default: the weights of all linear layers except one that computes an output of the model.
   */
  readonly targets?: string | readonly string[];
  /** The share of an adapter's inputs that is dropped in training. Default: 0. */
  readonly dropout?: number;
  /** The file's parameters that are trained too, as a whole: heads, norms. Default: none. */
  readonly also?: string | readonly string[];
}

export interface CheckedLora {
  readonly rank: number;
  readonly alpha: number;
  readonly targets: readonly string[] | undefined;
  readonly dropout: number;
  readonly also: readonly string[];
}

/** @throws ForgeError MODEL_INVALID naming the option */
export function checkLora(options: LoraOptions): CheckedLora {
  checkOptions(options, ['rank', 'alpha', 'targets', 'dropout', 'also'], { of: 'fromOnnx lora' });
  const { rank = 8, alpha = 2 * rank, dropout = 0 } = options;
  if (!Number.isInteger(rank) || rank < 1) throw wrong('rank', rank, 'a whole number from 1');
  if (!Number.isFinite(alpha) || alpha <= 0) throw wrong('alpha', alpha, 'a number above 0');
  if (!(dropout >= 0 && dropout < 1)) throw wrong('dropout', dropout, 'a number of at least 0 and below 1');
  const targets = patterns('targets', options.targets);
  if (targets?.length === 0) throw wrong('targets', options.targets, 'at least one name');
  return { rank, alpha, targets, dropout, also: patterns('also', options.also) ?? [] };
}

function patterns(name: string, given: string | readonly string[] | undefined): readonly string[] | undefined {
  if (given === undefined) return undefined;
  const list = typeof given === 'string' ? [given] : given;
  if (Array.isArray(list) && list.every((one) => typeof one === 'string' && one !== '')) return list;
  throw wrong(name, given, 'a name or a list of names, with * for any characters');
}

function wrong(name: string, given: unknown, wanted: string): ForgeError {
  return new ForgeError('MODEL_INVALID', `lora: ${name} is ${wanted}, not ${shownValue(given)}.`, { about: name });
}
