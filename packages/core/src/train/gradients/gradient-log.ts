import type { GradientReport, Stats, StepRequest } from '../../backend/backend.js';
import { histogram } from '../../metrics/media/histogram.js';
import type { MediaValue } from '../../metrics/media-value.js';
import { elements } from '../../tensor/tensor-data.js';
import type { Progress } from '../hooks/run-hooks.js';
import type { LoopSession } from '../loop/loop-request.js';

/** The split of these numbers. */
export const gradientSplit = 'gradients';

type Values = Readonly<Record<string, number | MediaValue>>;
type Log = (report: { step: number; epoch: number; split: string; values: Values }) => void;

/**
 * Logs the gradients of some steps. Of each trained parameter: `norm/<name>`, the Euclidean norm of its gradient before
 * clipping; `ratio/<name>`, the norm of its update by the norm of the parameter (about 1e-3 in a healthy training); and
 * a histogram of the gradient, `<name>`. `norm` is that of all gradients.
 */
export class GradientLog {
  private report: GradientReport | undefined;

  /** @param every how many steps apart */
  constructor(
    private readonly every: number,
    private readonly log: Log,
  ) {}

  /** A session that is asked for gradients when they are due. It makes no fused steps: those report none. */
  session<S extends LoopSession>(session: S): S {
    const step = (...[batch, request]: Parameters<S['step']>) => session.step(batch, this.asking(request));
    return new Proxy(session, {
      get(target, name) {
        if (name === 'fused') return undefined;
        if (name === 'step') return step;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }

  private asking(request: StepRequest): StepRequest {
    if ((request.step + 1) % this.every !== 0) return request;
    return {
      ...request,
      onGradients: (report) => {
        this.report = report;
      },
    };
  }

  /** Logs what the last step reported. */
  step({ step, epoch }: Progress): void {
    const { report } = this;
    if (report === undefined) return;
    this.report = undefined;
    this.log({ step, epoch, split: gradientSplit, values: valuesOf(report) });
  }
}

function valuesOf(report: GradientReport): Values {
  const numbers: Record<string, number> = {};
  const histograms: Record<string, MediaValue> = {};
  let total = 0;
  for (const [name, { gradient, parameterNorm, updateNorm }] of report) {
    let sum = 0;
    for (const element of elements(gradient)) sum += Number(element) ** 2;
    total += sum;
    numbers[`norm/${name}`] = Math.sqrt(sum);
    if (parameterNorm > 0) numbers[`ratio/${name}`] = updateNorm / parameterNorm;
    histograms[name] = histogram(gradient);
  }
  return { norm: Math.sqrt(total), ...(numbers satisfies Stats), ...histograms };
}
