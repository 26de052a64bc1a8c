import type { Batch, StepRequest } from '@forge-ml/core/plugin';
import type { InputValue } from '@forge-ml/onnx/graph';
import type { KernelUpdate } from '../model/kernel-update.js';
import type { RunInputs } from '../runtime/protocol.js';
import { copied } from '../runtime/spans.js';
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

  /**
   * @param request of the first step; the step numbers of the others follow
   * @throws ForgeError MODEL_INVALID if the first step fails; where another does, the results before it are returned
   */
  async run(batches: readonly Batch[], request: StepRequest): Promise<SeveralResults> {
    const fused = this.#fusedFor(batches.length);
    if (fused === undefined) return this.#runSeveral(batches, request);
    const feeds = copied(request, () => this.#parts.feeds.fused(this.inputs, batches, request));
    const { runs, ...times } = await fused.runAll([{ feeds }], batches);
    return { runs: unstacked(runs[0]!.tensors, batches.length), ...times };
  }

  /** Copies batches while the worker computes those before them. */
  async #runSeveral(batches: readonly Batch[], request: StepRequest): Promise<SeveralResults> {
    const parts: Promise<SeveralResults>[] = [];
    let failure: { readonly cause: unknown } | undefined;
    for (const { from, to } of request.onSpan ? [{ from: 0, to: batches.length }] : doubling(batches.length)) {
      const part = batches.slice(from, to);
      try {
        // Lets the part before it be sent.
        await this.#parts.single.open();
        const inputs = copied(request, () => this.#inputsOf(part, { ...request, step: request.step + from }));
        parts.push(this.#parts.single.runAll(inputs, part, from > 0));
      } catch (cause) {
        failure = { cause };
        break;
      }
    }
    const done: SeveralResults[] = [];
    for (const part of await Promise.allSettled(parts)) {
      if (part.status === 'fulfilled') done.push(part.value);
      else failure ??= { cause: part.reason };
    }
    const [first, last] = [done[0], done.at(-1)];
    if (first === undefined || last === undefined) throw failure!.cause;
    const runs = done.flatMap((part) => part.runs);
    return { runs, sent: first.sent, compute: [first.compute[0], last.compute[1]] };
  }

  #inputsOf(batches: readonly Batch[], request: StepRequest): RunInputs[] {
    const { feeds, update } = this.#parts;
    const { step, learningRate, onGradients } = request;
    return batches.map((batch, index) => {
      const rates = { step: step + index, learningRate };
      const inputs = { feeds: feeds.single(this.inputs, batch, rates) };
      if (update === undefined) return inputs;
      return { ...inputs, update: update.numbersAt(rates), reportsGradients: onGradients !== undefined };
    });
  }

  #fusedFor(steps: number): GraphRunner | undefined {
    return steps > 1 ? this.#parts.fused : undefined;
  }
}

/** Parts of 1, 2, 4, … : the worker begins at once, and has the next part before it is done. */
function doubling(count: number): { readonly from: number; readonly to: number }[] {
  const parts = [];
  for (let from = 0; from < count; from = 2 * from + 1) parts.push({ from, to: Math.min(2 * from + 1, count) });
  return parts;
}
