import { tensor } from '@forge-ml/core/plugin';
import { modelBytes } from '@forge-ml/onnx';
import type { ParameterValue } from '@forge-ml/onnx/graph';
import { input, parameter } from '@forge-ml/onnx/graph';
import * as ort from 'onnxruntime-node';
import { buildUpdates } from './build-updates.js';
import type { Optimizer } from './optimizer.js';
import { StepScalars, scalars } from './per-step.js';
import { UpdateSchedule } from './update-schedule.js';

/** Runs an optimizer's graph on ONNX Runtime over vectors `w0` (called `w` if alone), `w1`, … with gradients given. */
export async function applyUpdates(
  optimizer: Optimizer,
  initial: readonly (readonly number[])[],
  steps: number,
  gradientsAt: (step: number) => readonly (readonly number[] | null)[],
): Promise<{ parameters: number[][]; slots: Map<string, number[]> }> {
  const parameters = initial.map((values, index) =>
    parameter(initial.length === 1 ? 'w' : `w${index}`, tensor(Float32Array.from(values))),
  );
  const gradients = gradientsAt(0).map((values, index) => values && input(`g${index}`, 'float32', [values.length]));
  const stepScalars = new StepScalars();
  const schedule = new UpdateSchedule(optimizer);
  const updates = buildUpdates({ optimizer, parameters, gradients, schedule, stepScalars });
  const states: ParameterValue[] = [...parameters, ...updates.slots.values()];
  const model = modelBytes(
    {
      inputs: [scalars, ...gradients.filter((gradient) => gradient !== null)],
      outputs: new Map(Array.from(updates.next, ([{ name }, value]) => [`${name}/next`, value])),
    },
    { parametersAs: 'inputs' },
  );
  const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1 });
  const state = new Map<string, ort.Tensor>(
    states.map(({ name, initial: { bytes, shape } }) => {
      return [name, new ort.Tensor('float32', new Float32Array(bytes.slice().buffer), shape)] as const;
    }),
  );
  for (let step = 0; step < steps; step++) {
    const feeds: Record<string, ort.Tensor> = { [scalars.name]: new ort.Tensor('float32', stepScalars.at({ step })) };
    for (const [index, values] of gradientsAt(step).entries()) {
      if (values !== null) feeds[`g${index}`] = new ort.Tensor('float32', Float32Array.from(values));
    }
    for (const name of session.inputNames) feeds[name] ??= state.get(name)!;
    const results = await session.run(feeds);
    for (const [name, value] of Object.entries(results)) state.set(name.replace(/\/next$/, ''), value);
  }
  await session.release();
  const numbers = (name: string) => [...(state.get(name)!.data as Float32Array)];
  return {
    parameters: parameters.map(({ name }) => numbers(name)),
    slots: new Map([...updates.slots.keys()].map((name) => [name, numbers(name)])),
  };
}
