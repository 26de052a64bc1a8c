/** A learning rate, or a function of the step (the number of updates done before). */
export type ConformanceRate = number | ((step: number) => number);

/** How an optimizer updates a parameter p with gradient g, for rules that the suite can compute. Slots start at 0. */
export type UpdateRule =
  /** p ← p - rate · g */
  | { readonly rule: 'sgd'; readonly learningRate: ConformanceRate }
  /** v ← momentum · v + g, p ← p - rate · v; with `nesterov` p ← p - rate · (g + momentum · v) */
  | {
      readonly rule: 'momentum';
      readonly learningRate: ConformanceRate;
      readonly momentum: number;
      readonly nesterov?: boolean;
    }
  /** Kingma and Ba, 2015, with bias correction; by default beta1 0.9, beta2 0.999 and epsilon 1e-8. */
  | {
      readonly rule: 'adam';
      readonly learningRate: ConformanceRate;
      readonly beta1?: number;
      readonly beta2?: number;
      readonly epsilon?: number;
    };

/** Computes what is subtracted from a parameter, in float64. Keeps the optimizer's slots. */
export type Updater = (gradient: Float64Array, step: number) => Float64Array;

export function rateAt({ learningRate }: UpdateRule, step: number): number {
  return typeof learningRate === 'number' ? learningRate : learningRate(step);
}

export function updaterOf(rule: UpdateRule, size: number): Updater {
  if (rule.rule === 'sgd') return (gradient, step) => gradient.map((g) => rateAt(rule, step) * g);
  if (rule.rule === 'momentum') {
    const { momentum, nesterov = false } = rule;
    const velocity = new Float64Array(size);
    return (gradient, step) =>
      gradient.map((g, at) => {
        velocity[at] = momentum * velocity[at]! + g;
        return rateAt(rule, step) * (nesterov ? g + momentum * velocity[at]! : velocity[at]!);
      });
  }
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = rule;
  const [m, v] = [new Float64Array(size), new Float64Array(size)];
  return (gradient, step) =>
    gradient.map((g, at) => {
      m[at] = beta1 * m[at]! + (1 - beta1) * g;
      v[at] = beta2 * v[at]! + (1 - beta2) * g * g;
      const mean = m[at]! / (1 - beta1 ** (step + 1));
      return (rateAt(rule, step) * mean) / (Math.sqrt(v[at]! / (1 - beta2 ** (step + 1))) + epsilon);
    });
}
