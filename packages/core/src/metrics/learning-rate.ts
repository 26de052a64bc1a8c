/** The metric that reports the learning rate of an update; of each of several optimizers `learningRate.<name>`. */
export const learningRateName = 'learningRate';

/** Whether a number is a learning rate: it says how a run was trained, not what it reached. */
export function isLearningRate(name: string): boolean {
  return name === learningRateName || name.startsWith(`${learningRateName}.`);
}
