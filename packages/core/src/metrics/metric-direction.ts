import { toKebab } from '../text/flag-names.js';

/** Whether a lower (`min`) or a higher (`max`) value of a metric is better. */
export type Direction = 'min' | 'max';

/** Phrases in metric names, in words as `wordsOf` splits them, by direction. */
const phrases: Readonly<Record<Direction, readonly string[]>> = {
  min: [
    ...['loss', 'losses', 'logloss', 'valloss', 'trainloss', 'testloss', 'error', 'errors', 'err', 'errorrate'],
    ...['mse', 'mae', 'rmse', 'nrmse', 'msle', 'rmsle', 'mape', 'smape', 'wape', 'mase', 'crps', 'brier', 'ece'],
    ...['perplexity', 'ppl', 'nll', 'bpc', 'bits per dim', 'deviance', 'regret', 'wer', 'cer', 'ter', 'eer', 'fid'],
    ...['cross entropy', 'crossentropy', 'xent', 'bce', 'kld', 'kl divergence', 'kl div', 'hinge', 'lpips'],
    ...['fpr', 'fnr', 'false positive rate', 'false negative rate', 'misclassification'],
  ],
  max: [
    ...['accuracy', 'accuracies', 'acc', 'valacc', 'precision', 'recall', 'sensitivity', 'specificity', 'tpr', 'tnr'],
    ...['true positive rate', 'true negative rate', 'exact match', 'hit rate', 'success rate', 'win rate', 'reward'],
    ...['f1', 'f2', 'f beta', 'fbeta', 'f score', 'fscore', 'f measure', 'dice', 'jaccard', 'iou', 'miou', 'io u'],
    ...['auc', 'auroc', 'auprc', 'aucpr', 'rocauc', 'prauc', 'm ap', 'map', 'ndcg', 'mrr', 'kappa', 'mcc'],
    ...['r2', 'r squared', 'rsquared', 'explained variance', 'pearson', 'spearman', 'likelihood', 'loglikelihood'],
    ...['elbo', 'bleu', 'sacrebleu', 'rouge', 'rouge l', 'rougel', 'meteor', 'chrf', 'cider', 'psnr', 'ssim'],
  ],
};

/** Words that may follow the phrase without changing what is measured: `errorRate`, `loss_epoch`, `recall@5`. */
const qualifiers = new Set(
  (
    'score rate val valid validation train training test eval dev mean avg average macro micro weighted total sum ' +
    'overall final ema epoch step batch at top k'
  ).split(' '),
);

/** Words that reverse the meaning, or may: `neg_loss` can be the negated loss or the loss of the negative examples. */
const negations = new Set(['neg', 'negative', 'minus', 'inverse', 'inv', 'non', 'no', 'not', 'without', 'anti']);

/** Metrics whose mean over batches is not their value over the whole split: ratios of sums, roots, ranks. */
const notMeans = new Set(
  (
    'rmse nrmse rmsle perplexity ppl wer cer ter eer ece fid precision recall sensitivity specificity ' +
    'tpr tnr fpr fnr f1 f2 fbeta fscore dice jaccard iou miou auc auroc auprc aucpr rocauc prauc map kappa mcc r2 ' +
    'rsquared pearson spearman bleu sacrebleu chrf psnr'
  ).split(' '),
);
for (const phrase of ['f beta', 'f score', 'f measure', 'io u', 'm ap', 'r squared', 'explained variance']) {
  notMeans.add(phrase);
}

const directionOfPhrase = new Map(
  (['min', 'max'] as const).flatMap((direction) => phrases[direction].map((phrase) => [phrase, direction] as const)),
);
const longestPhrase = 3;

/**
 * The direction of a metric by its usual name: `min` for `val_loss`, `errorRate` or `crossEntropy`, `max` for
 * `topKAccuracy`. The name must end in the words that decide it.
 * @returns undefined for an unknown or ambiguous name: `score`, `loss_scale`, `accuracy_loss`.
 */
export function directionOfName(name: string): Direction | undefined {
  const words = wordsOf(name);
  const negated = words.some((word) => negations.has(word) && !isRate(words));
  if (negated) return words.includes('likelihood') ? 'min' : undefined;
  const found = new Set<Direction>();
  const end = endOfPhrase(words);
  const last = directionEndingAt(words, end);
  if (last === undefined) return undefined;
  for (let at = end; at > 0; at--) {
    const direction = directionEndingAt(words, at);
    if (direction !== undefined) found.add(direction);
  }
  return found.size === 1 ? last : undefined;
}

/** Whether the mean of a metric of this name over batches is known not to be its value over all of them. */
export function isKnownNotToAverage(name: string): boolean {
  const words = wordsOf(name);
  const phrase = phraseEndingAt(words, endOfPhrase(words));
  // Root mean squared error, in words.
  return phrase !== undefined && (notMeans.has(phrase) || (phrase.startsWith('err') && words.includes('root')));
}

/** The number of words up to the end of the phrase that names the metric. */
function endOfPhrase(words: readonly string[]): number {
  let end = words.length;
  while (end > 0 && phraseEndingAt(words, end) === undefined && isQualifier(words[end - 1]!)) end--;
  return end;
}

function directionEndingAt(words: readonly string[], end: number): Direction | undefined {
  const phrase = phraseEndingAt(words, end);
  return phrase === undefined ? undefined : directionOfPhrase.get(phrase);
}

/** The longest known phrase that ends before word `end`. */
function phraseEndingAt(words: readonly string[], end: number): string | undefined {
  for (let length = Math.min(longestPhrase, end); length > 0; length--) {
    const phrase = words.slice(end - length, end).join(' ');
    if (directionOfPhrase.has(phrase)) return phrase;
  }
  const numbered = /^([a-z]{3,})\d+$/.exec(words[end - 1] ?? '');
  return numbered !== null && directionOfPhrase.has(numbered[1]!) ? numbered[1] : undefined;
}

/** `true negative rate`: here "negative" is part of the metric's name. */
function isRate(words: readonly string[]): boolean {
  return words.join(' ').includes('negative rate');
}

function isQualifier(word: string): boolean {
  return qualifiers.has(word) || /^(top|k)?\d+$/.test(word);
}

/** `topKAccuracy`, `top_k_accuracy` and `top-k accuracy` are the words top, k, accuracy. */
function wordsOf(name: string): string[] {
  return toKebab(name)
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}
