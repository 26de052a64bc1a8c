const recent = 25;

/**
 * The weights of observations, oldest first: the newest 25 weigh 1, those before rise linearly from 1 / count (Bergstra,
 * Yamins and Cox, "Making a science of model search", 2013).
 */
export function recencyWeights(count: number): Float64Array {
  const weights = new Float64Array(count).fill(1);
  const old = count - recent;
  for (let at = 0; at < old; at++) weights[at] = old === 1 ? 1 / count : 1 / count + (at / (old - 1)) * (1 - 1 / count);
  return weights;
}
