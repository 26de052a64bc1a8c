import type { Batch } from '../../tensor/tensor-data.js';
import type { EvaluateRequest, ParameterInfo, StepRequest } from '../backend.js';
import { backendFault, type Party } from './party.js';
import { wrongGradients } from './wrong-report.js';
import { wrongBatch } from './wrong-tensor.js';

/** Checks the outputs and gradients that one call of a session reports, and that it reports them at all. */
export class CheckedReports {
  readonly #missing = new Set<string>();
  /** A wrong value is reported when the call has ended: thrown inside it, it would be an error of the step. */
  #wrong: string | undefined;

  constructor(
    private readonly party: Party,
    private readonly parameters: readonly ParameterInfo[],
  ) {}

  /** @param updates how many updates the call makes */
  ofStep(request: StepRequest, updates = 1): StepRequest {
    const { onOutputs, onGradients } = request;
    let next = 0;
    return {
      ...request,
      ...(onOutputs && {
        onOutputs: this.#expect('outputs', (outputs: Batch, index: number) => {
          if (index !== next++ || index >= updates) this.#wrong ??= `the outputs of update ${index} out of order`;
          if (this.#isBatch(outputs)) onOutputs(outputs, index);
          return next === updates;
        }),
      }),
      ...(onGradients && {
        onGradients: this.#expect('gradients', (report: Parameters<typeof onGradients>[0]) => {
          const wrong = wrongGradients(report, this.parameters);
          this.#wrong ??= wrong;
          if (wrong === undefined) onGradients(report);
          return true;
        }),
      }),
    };
  }

  ofEvaluation(request: EvaluateRequest): EvaluateRequest {
    const onOutputs = this.#expect('outputs', (outputs: Batch) => {
      if (this.#isBatch(outputs)) request.onOutputs!(outputs);
      return true;
    });
    return { ...request, onOutputs };
  }

  /** @throws ForgeError BACKEND_INVALID for what was asked for and not reported, or wrong */
  requireGiven(doing: () => string): void {
    if (this.#wrong !== undefined) throw backendFault(this.party, `reported ${this.#wrong}, ${doing()}`);
    const [missing] = this.#missing;
    if (missing !== undefined) throw backendFault(this.party, `reported no ${missing}, ${doing()}`);
  }

  /** @param receive returns whether everything of this kind has been reported */
  #expect<Values extends unknown[]>(
    kind: string,
    receive: (...values: Values) => boolean,
  ): (...values: Values) => void {
    this.#missing.add(kind);
    return (...values) => {
      if (receive(...values)) this.#missing.delete(kind);
    };
  }

  #isBatch(outputs: Batch): boolean {
    const wrong = wrongBatch(outputs, 'outputs');
    this.#wrong ??= wrong;
    return wrong === undefined;
  }
}
