import { tensor } from '@forge-ml/core/plugin';
import type { OptimizerTrial, UpdatedParameters } from '@forge-ml/core/testing';
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
  const named = <T>(values: readonly T[]): Record<string, T> =>
    Object.fromEntries(values.map((value, index) => [initial.length === 1 ? 'w' : `w${index}`, value]));
  const { parameters, slots } = await runTrial({
    optimizer,
    initial: named(initial),
    steps,
    gradients: (step) => named(gradientsAt(step)),
  });
  return {
    parameters: Object.values(parameters).map((values) => [...values]),
    slots: new Map(Object.entries(slots).map(([name, values]) => [name, [...values]])),
  };
}

type Trial = Omit<OptimizerTrial, 'optimizer'> & { readonly optimizer: Optimizer };

/** Runs an optimizer's graph on ONNX Runtime. */
export async function runTrial({
  optimizer,
  initial,
  steps,
  gradients: gradientsAt,
}: Trial): Promise<UpdatedParameters> {
  const parameters = Object.entries(initial).map(([name, values]) =>
    parameter(name, tensor(Float32Array.from(values))),
  );
  const first = gradientsAt(0);
  const gradients = parameters.map(({ name }) => {
    const values = first[name];
    return values ? input(`gradient/${name}`, 'float32', [values.length]) : null;
  });
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
    for (const [name, values] of Object.entries(gradientsAt(step))) {
      if (values !== null) feeds[`gradient/${name}`] = new ort.Tensor('float32', Float32Array.from(values));
    }
    for (const name of session.inputNames) feeds[name] ??= state.get(name)!;
    const results = await session.run(feeds);
    for (const [name, value] of Object.entries(results)) state.set(name.replace(/\/next$/, ''), value);
  }
  await session.release();
  const numbers = (name: string) => [name, [...(state.get(name)!.data as Float32Array)]] as const;
  return {
    parameters: Object.fromEntries(parameters.map(({ name }) => numbers(name))),
    slots: Object.fromEntries([...updates.slots.keys()].map(numbers)),
  };
}
