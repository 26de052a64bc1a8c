import { type TensorData, tensor } from '@forge-ml/core/plugin';
import type { Kernels, UpdateCall } from '@forge-ml/kernels';
import { finiteName, type PlannedParameter, type UpdateNumbers, type UpdatePlan } from '../model/update-plan.js';
import { averageTowards, norm, normOfDifference, scaled } from './float-arrays.js';
import type { NamedTensor } from './protocol.js';
import type { Place, StateLayout } from './state-layout.js';
import type { StateMemory } from './state-memory.js';

type Limits = Pick<UpdateCall, 'gradientScale' | 'clipValue'>;

interface TrainedParameter extends PlannedParameter {
  readonly kernels: Kernels;
  readonly count: number;
  readonly gradientPlace: Place;
}

/** Updates parameters, slots and averages by the gradients that a graph has written. */
export class KernelUpdates {
  readonly #plan: UpdatePlan;
  readonly #state: StateMemory;
  readonly #trained: readonly TrainedParameter[];

  /** @param kernels over each memory of the state */
  constructor(plan: UpdatePlan, { gradients }: StateLayout, state: StateMemory, kernels: readonly Kernels[]) {
    this.#plan = plan;
    this.#state = state;
    this.#trained = plan.parameters.flatMap((parameter) => {
      if (parameter.gradient === undefined) return [];
      const gradientPlace = gradients.get(parameter.gradient)!;
      const count = state.view(parameter.name).bytes.length / 4;
      return [{ ...parameter, kernels: kernels[gradientPlace.memory]!, count, gradientPlace }];
    });
  }

  /**
   * @returns with `reports`, the gradients and norms of the update, as `TrainingReport`, and with a loss scale whether the
   * gradients were finite; nothing if no update is due
   */
  make(numbers: UpdateNumbers, reports = false): NamedTensor[] {
    if (!numbers.due) {
      this.#accumulate();
      return [];
    }
    if (this.#plan.batches > 1) this.#takeSums();
    const { lossScale } = numbers;
    if (lossScale !== undefined && !this.#areFinite()) return [[finiteName(0), number(0)]];
    const gradientScale = 1 / (this.#plan.batches * (lossScale ?? 1));
    const before = reports ? this.#trained.map((parameter) => this.#beforeUpdate(parameter, gradientScale)) : [];
    this.#update(numbers, { gradientScale, ...defined('clipValue', this.#plan.clipValue) });
    const report = before.flatMap(({ name, gradient, values }) => [
      [`gradient/${name}`, gradient] as const,
      [`norm/${name}`, number(norm(values))] as const,
      [`change/${name}`, number(normOfDifference(this.#floats(name), values))] as const,
    ]);
    return lossScale === undefined ? report : [...report, [finiteName(0), number(1)]];
  }

  /** Their squares are added in float64, where those of finite numbers of float32 are finite. */
  #areFinite(): boolean {
    return this.#trained.every(({ kernels, count, gradientPlace }) => {
      return Number.isFinite(kernels.sumOfSquares(gradientPlace.offset, count));
    });
  }

  #accumulate(): void {
    const target = this.#state.target('sums');
    const current = this.#state.current('sums');
    for (const { sum, kernels, count, gradientPlace } of this.#trained) {
      const place = this.#state.place(sum!, current).offset;
      if (target === current) {
        kernels.accumulate(place, gradientPlace.offset, count);
        continue;
      }
      kernels.accumulate(gradientPlace.offset, place, count);
      this.#state.view(sum!, target).bytes.set(this.#state.bytesAt(gradientPlace, 'float32', [count]));
    }
    this.#state.commit('sums', target);
  }

  /** Adds the sums to the gradients, and begins new sums. */
  #takeSums(): void {
    const target = this.#state.target('sums');
    const current = this.#state.current('sums');
    for (const { sum, kernels, count, gradientPlace } of this.#trained) {
      kernels.accumulate(gradientPlace.offset, this.#state.place(sum!, current).offset, count);
      this.#state.view(sum!, target).bytes.fill(0);
    }
    this.#state.commit('sums', target);
  }

  #update({ constants, decays, averageShare }: UpdateNumbers, limits: Limits): void {
    const state = this.#state;
    const target = state.target('updated');
    const current = state.current('updated');
    const normScale = this.#normScale(limits);
    const at = (name: string, place: number) => state.place(name, place).offset;
    const decayOf = new Map(this.#plan.parameters.map(({ name }, index) => [name, decays[index]]));
    for (const { name, slots, average, kernels, count, gradientPlace, constants: of } of this.#trained) {
      const moved = target !== current;
      kernels.update({
        formula: this.#plan.formula,
        count,
        parameter: at(name, current),
        gradient: gradientPlace.offset,
        slots: slots.map((slot) => at(slot, current)),
        constants: constants[of]!,
        ...limits,
        ...defined('normScale', normScale),
        ...defined('decay', decayOf.get(name)),
        ...(moved ? { next: { parameter: at(name, target), slots: slots.map((slot) => at(slot, target)) } } : {}),
        ...(average === undefined
          ? {}
          : {
              average: {
                place: at(average, current),
                share: averageShare!,
                ...(moved ? { next: at(average, target) } : {}),
              },
            }),
      });
    }
    for (const { name, gradient, average } of this.#plan.parameters) {
      if (gradient !== undefined || average === undefined) continue;
      averageTowards(this.#floats(average, target), this.#floats(average), this.#floats(name), averageShare!);
    }
    state.commit('updated', target);
  }

  /** clipNorm / max(norm, clipNorm), where norm is the Euclidean norm over all gradients (Pascanu et al., 2013). */
  #normScale(limits: Limits): number | undefined {
    const { clipNorm } = this.#plan;
    if (clipNorm === undefined) return undefined;
    let squares = 0;
    for (const { kernels, count, gradientPlace } of this.#trained) {
      squares += kernels.sumOfSquares(gradientPlace.offset, count, limits);
    }
    return clipNorm / Math.max(Math.sqrt(squares), clipNorm);
  }

  #beforeUpdate({ name, gradientPlace, count }: TrainedParameter, scale: number) {
    const gradient = floats(this.#state.bytesAt(gradientPlace, 'float32', [count]));
    const { shape } = this.#state.view(name);
    return { name, gradient: tensor(scaled(gradient, scale), shape), values: this.#floats(name).slice() };
  }

  #floats(name: string, place?: number): Float32Array {
    return floats(this.#state.view(name, place).bytes);
  }
}

function floats({ buffer, byteOffset, byteLength }: Uint8Array): Float32Array {
  return new Float32Array(buffer, byteOffset, byteLength / 4);
}

function number(value: number): TensorData {
  return tensor(Float64Array.of(value), []);
}

function defined<Key extends string, Value>(key: Key, value: Value | undefined): Partial<Record<Key, Value>> {
  return value === undefined ? {} : ({ [key]: value } as Record<Key, Value>);
}
