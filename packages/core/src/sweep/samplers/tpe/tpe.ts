import { RandomStream } from '../../../random/random-stream.js';
import type { Axis } from '../../density/axis.js';
import { isActive } from '../../space/conditions.js';
import type { ParameterValue, ParameterValues } from '../../space/space.js';
import type { Sampler, SamplerRequest, TrialOutcome } from '../sampler.js';
import { estimate } from './estimators.js';
import { axesOf, type Group, groupsOf, type SpaceAxis } from './groups.js';
import { History } from './history.js';
import { checkTpeOptions, type TpeOptions } from './options.js';
import { split } from './split.js';

/**
 * The tree-structured Parzen estimator (Bergstra et al., 2011), as the default sampler of Optuna 5 applies it (Watanabe,
 * 2023): it fits one density to the best tenth of the trials and one to the others, draws points from the first, and
 * tries the one with the largest ratio of both. With one objective, the parameters that are active in the same trials
 * share a density; with several, each has its own.
 */
class TpeSampler implements Sampler {
  readonly isAskPure = true;
  readonly #request: SamplerRequest;
  readonly #options: Required<TpeOptions>;
  readonly #axes: readonly SpaceAxis[];
  readonly #groups: readonly Group[];
  readonly #history: History;

  constructor(request: SamplerRequest) {
    this.#request = request;
    this.#options = checkTpeOptions(request.options);
    this.#axes = axesOf(request.space);
    this.#groups = groupsOf(this.#axes, request.directions.length === 1);
    this.#history = new History(this.#axes, request.directions);
  }

  ask(trial: number): ParameterValues {
    const random = RandomStream.of(this.#request.seed, 'tpe').child(trial);
    const values = this.#history.finished < this.#options.startup ? this.#draw(random) : this.#suggest(random);
    const parameters = this.#inOrder(values);
    // Trials asked for together keep a distance from each other.
    this.tell({ trial, parameters, state: 'running', values: null, trained: null });
    return parameters;
  }

  tell(trial: TrialOutcome): void {
    this.#history.tell(trial);
  }

  #draw(random: RandomStream): Record<string, ParameterValue> {
    const values: Record<string, ParameterValue> = this.#fixedValues();
    for (const { name, axis } of this.#groups.flatMap(({ axes }) => axes)) values[name] = drawUniform(axis, random);
    return values;
  }

  #suggest(random: RandomStream): Record<string, ParameterValue> {
    const { length: objectives } = this.#request.directions;
    const sides = split(this.#history.trials, objectives);
    const values: Record<string, ParameterValue> = this.#fixedValues();
    for (const group of this.#groups) {
      if (!isActive(group, values)) continue;
      const { good, bad } = estimate(this.#history, group, sides, objectives > 1);
      let best: readonly number[] | undefined;
      let most = Number.NEGATIVE_INFINITY;
      for (let candidate = 0; candidate < this.#options.candidates; candidate++) {
        const point = good.sample(random);
        const ratio = good.logDensity(point) - bad.logDensity(point);
        if (best !== undefined && !(ratio > most)) continue;
        [best, most] = [point, ratio];
      }
      for (const [at, { name, axis }] of group.axes.entries()) values[name] = axis.value(best![at]!);
    }
    return values;
  }

  #fixedValues(): Record<string, ParameterValue> {
    const fixed = this.#axes.filter(({ axis }) => axis.isSingle);
    return Object.fromEntries(fixed.map(({ name, axis }) => [name, onlyValue(axis)]));
  }

  /** The active ones, in the order of the space. */
  #inOrder(values: Readonly<Record<string, ParameterValue>>): ParameterValues {
    const parameters: Record<string, ParameterValue> = {};
    for (const axis of this.#axes) if (isActive(axis, parameters)) parameters[axis.name] = values[axis.name]!;
    return parameters;
  }
}

/** @throws ForgeError OPTION_UNKNOWN or SWEEP_INVALID for an unknown or invalid option */
export function makeTpe(request: SamplerRequest): Sampler {
  return new TpeSampler(request);
}

function drawUniform(axis: Axis, random: RandomStream): ParameterValue {
  if (axis.kind === 'choice') return axis.value(random.below(axis.choices.length));
  return axis.value(axis.pointAt(axis.low + random.float() * (axis.high - axis.low)));
}

function onlyValue(axis: Axis): ParameterValue {
  return axis.kind === 'choice' ? axis.value(0) : axis.least;
}
