import type { Batch, StepRequest } from '@forge-ml/core/plugin';
import type { InputValue } from '@forge-ml/onnx/graph';
import type { KernelUpdate } from '../model/kernel-update.js';
import type { RunInputs } from '../runtime/protocol.js';
import type { SeveralResults } from './graph-results.js';
import type { GraphRunner } from './graph-runner.js';
import { unstacked } from './results.js';
import type { StepFeeds } from './step-feeds.js';

export interface TrainGraphParts {
  readonly inputs: readonly InputValue[];
  readonly feeds: StepFeeds;
  /** The update by kernels after each run; undefined if the graph updates the state itself. */
  readonly update: KernelUpdate | undefined;
  readonly single: GraphRunner;
  /** Makes several steps in one run; without it they are several runs. */
  readonly fused: GraphRunner | undefined;
}

/** A training graph, for single and for fused steps. */
export class TrainGraph {
  readonly inputs: readonly InputValue[];
  readonly #parts: TrainGraphParts;

  constructor(parts: TrainGraphParts) {
    this.inputs = parts.inputs;
    this.#parts = parts;
  }

  /** Opens what that number of steps needs. @throws ForgeError MODEL_INVALID where ONNX Runtime rejects the graph. */
  open(steps = 1): Promise<void> {
    return (this.#fusedFor(steps) ?? this.#parts.single).open();
  }

  /** @param request of the first step; the step numbers of the others follow */
  inputsOf(batches: readonly Batch[], request: StepRequest): RunInputs[] {
    const { feeds, update } = this.#parts;
    if (this.#fusedFor(batches.length) !== undefined) return [{ feeds: feeds.fused(this.inputs, batches, request) }];
    const { step, learningRate, onGradients } = request;
    return batches.map((batch, index) => {
      const rates = { step: step + index, learningRate };
      const inputs = { feeds: feeds.single(this.inputs, batch, rates) };
      if (update === undefined) return inputs;
      return { ...inputs, update: update.numbersAt(rates), reportsGradients: onGradients !== undefined };
    });
  }

  /** @throws ForgeError MODEL_INVALID if the first step fails; where another does, the results before it are returned */
  async run(inputs: readonly RunInputs[], batches: readonly Batch[]): Promise<SeveralResults> {
    const fused = this.#fusedFor(batches.length);
    if (fused === undefined) return this.#parts.single.runAll(inputs, batches);
    const { runs, compute } = await fused.runAll(inputs, batches);
    return { runs: unstacked(runs[0]!.tensors, batches.length), compute };
  }

  #fusedFor(steps: number): GraphRunner | undefined {
    return steps > 1 ? this.#parts.fused : undefined;
  }
}
