import { expect } from 'chai';
import { directionOfName, isKnownNotToAverage } from './metric-direction.js';

const names = {
  min: `loss error val_loss logloss log_loss errorRate mse mae rmse RMSE valRMSE perplexity nll mape crossEntropy wer brier
    brier_score regret neg_log_likelihood negativeLogLikelihood cross-entropy binary_cross_entropy word_error_rate
    character_error_rate mean_squared_error train/loss loss_epoch total_loss l1_loss klDivergence generatorLoss
    false_positive_rate bitsPerDim loss2 hinge_loss losses valErrors smape crossentropy`,
  max: `accuracy precision recall f1 auc r2 R2 iou IoU bleu topKAccuracy top_5_accuracy acc acc@1 accuracy_top5 recall@5
    precision_at_10 f1Score F1_macro rocAUC roc_auc mIoU meanIoU bleu4 BLEU-4 rouge1 rougeL map50 mAP ndcg@10 kappa
    log_likelihood balanced_accuracy average_precision val_acc true_positive_rate true_negative_rate psnr macroF1
    explained_variance mcc hit_rate exact_match dice_score rSquared valAccuracy`,
  none: `score value x metric time seconds lr learning_rate loss_scale lossScale loss_weight loss_ratio accuracy_loss
    accuracy_drop error_reduction neg_loss negative_recall non_accuracy minus_error norm gradNorm count examples tp fp fn
    rate mean top k gloss terror class floss l1 l2 rank epoch map_size recall_time inaccuracy 1 _ -`,
};

describe('directionOfName', () => {
  for (const [direction, list] of Object.entries(names)) {
    it(`${direction}: ${list.replace(/\s+/g, ' ')}`, () => {
      const wrong = list.split(/\s+/).filter((name) => (directionOfName(name) ?? 'none') !== direction);
      expect(wrong).to.deep.equal([]);
    });
  }
});

describe('isKnownNotToAverage', () => {
  it('is true for ratios of sums, roots and ranks, and false for means', () => {
    const not =
      'rmse RMSE val_rmse root_mean_squared_error f1 f1Score macroF1 auc rocAUC precision recall r2 IoU bleu4 wer';
    const means = 'loss mse mae accuracy topKAccuracy cross_entropy nll mean_squared_error score x 1 recall_time';
    expect(not.split(' ').filter((name) => !isKnownNotToAverage(name))).to.deep.equal([]);
    expect(means.split(' ').filter(isKnownNotToAverage)).to.deep.equal([]);
  });
});
