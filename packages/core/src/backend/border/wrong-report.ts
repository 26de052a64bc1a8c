import { describeValue } from '../../model/model-error.js';
import { describeTensor } from '../../tensor/tensor-data.js';
import type { GradientReport, ParameterInfo } from '../backend.js';
import { isRecord } from './wrong-member.js';
import { isMap, wrongTensor } from './wrong-tensor.js';

/** The first fault of a report about gradients, as the end of a sentence. @param listed the session's parameters */
export function wrongGradients(report: GradientReport, listed: readonly ParameterInfo[]): string | undefined {
  if (!isMap(report)) return `gradients that are ${describeValue(report)}, not a Map by parameter`;
  const parameters = new Map(listed.map((info) => [info.name, info]));
  for (const [name, entry] of report) {
    const about = `the gradient of ${JSON.stringify(name)}`;
    const info = parameters.get(name as string);
    if (!info?.trainable) return `${about}, which is no trained parameter`;
    if (!isRecord(entry)) return `${about} as ${describeValue(entry)}, not { gradient, parameterNorm, updateNorm }`;
    const { gradient, parameterNorm, updateNorm } = entry as unknown as Record<string, unknown>;
    const fault = wrongTensor(gradient);
    if (fault !== undefined) return `${about} as one that ${fault}`;
    const { dtype, shape } = gradient as ParameterInfo;
    if (!['float32', 'float64'].includes(dtype) || String(shape) !== String(info.shape)) {
      return `${about} as ${describeTensor({ dtype, shape })} for ${describeTensor(info)}`;
    }
    for (const [field, value] of Object.entries({ parameterNorm, updateNorm })) {
      if (typeof value !== 'number') return `${about}, whose ${field} is ${describeValue(value)}, not a number`;
    }
  }
  return undefined;
}

/** The same of a learning rate. */
export function wrongRate(rate: unknown): string | undefined {
  if (rate === undefined || typeof rate === 'number') return undefined;
  if (!isRecord(rate)) return `a learning rate that is ${describeValue(rate)}, not a number`;
  const wrong = Object.entries(rate).find(([, value]) => typeof value !== 'number');
  return wrong && `a learning rate of ${JSON.stringify(wrong[0])} that is ${describeValue(wrong[1])}, not a number`;
}
