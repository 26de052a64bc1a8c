/**
 * An exponential moving average without the bias of its start, as TensorBoard smooths curves: with the weight 0.6, each
 * value counts 0.4 and the average before it 0.6. Values that are not finite are returned and do not count.
 * Source: tensorboard/components/vz_line_chart2/line-chart.ts (resmoothDataset).
 * @param weight from 0 (no smoothing) to less than 1
 */
export function exponentialMean(weight: number): (value: number) => number {
  let mean = 0;
  let bias = 1;
  return (value) => {
    if (!Number.isFinite(value)) return value;
    mean = mean * weight + value * (1 - weight);
    bias *= weight;
    return mean / (1 - bias);
  };
}
