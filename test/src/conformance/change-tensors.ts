import {
  type Batch,
  elements,
  type NamedTensors,
  type SessionState,
  type TensorData,
  tensor,
} from '@forge-ml/core/plugin';

export function numbersOf(value: TensorData): number[] {
  return Array.from(elements(value), Number);
}

/** Changes the numbers, but not their dtype and shape. */
export function changed(
  value: TensorData,
  change: (number: number, at: number, all: readonly number[]) => number,
): TensorData {
  const numbers = numbersOf(value).map(change);
  return tensor(value.dtype === 'float64' ? Float64Array.from(numbers) : Float32Array.from(numbers), value.shape);
}

export function eachOf(batch: Batch, change: (value: TensorData) => TensorData): Batch {
  return Object.fromEntries(Object.entries(batch).map(([name, value]) => [name, change(value)]));
}

export function copyOf(batch: Batch): Batch {
  return eachOf(batch, (value) => ({ ...value, bytes: new Uint8Array(value.bytes) }));
}

/** The picked rows, in order. */
export function rowsOf(value: TensorData, pick: (rows: number) => readonly number[]): TensorData {
  const [rows = 0, ...rest] = value.shape;
  const width = value.bytes.length / rows;
  const which = pick(rows);
  const bytes = which.map((row) => value.bytes.subarray(row * width, (row + 1) * width));
  return { ...value, shape: [which.length, ...rest], bytes: new Uint8Array(Buffer.concat(bytes)) };
}

export function batchRows(batch: Batch, pick: (rows: number) => readonly number[]): Batch {
  return eachOf(batch, (value) => rowsOf(value, pick));
}

export function upTo(rows: number): number[] {
  return Array.from({ length: rows }, (_, row) => row);
}

export function eachTensor(
  tensors: NamedTensors,
  change: (value: TensorData, name: string) => TensorData,
): NamedTensors {
  return new Map([...tensors].map(([name, value]) => [name, change(value, name)]));
}

export function zeros(value: TensorData): TensorData {
  return { ...value, bytes: new Uint8Array(value.bytes.length) };
}

/** Interpolates or extrapolates the parameters: `from` + factor · (`to` - `from`). */
export function beyond(from: SessionState, to: SessionState, factor: number): SessionState {
  const parameters = eachTensor(to.parameters, (value, name) => {
    const before = numbersOf(from.parameters.get(name)!);
    return changed(value, (number, at) => before[at]! + factor * (number - before[at]!));
  });
  return { parameters, optimizer: to.optimizer };
}

/** Inputs minus their mean over the batch. */
export function centred(batch: Batch): Batch {
  const x = batch.x!;
  const width = x.shape[1]!;
  return {
    ...batch,
    x: changed(x, (number, at, all) => {
      const column = all.filter((_, other) => other % width === at % width);
      return number - column.reduce((sum, value) => sum + value, 0) / column.length;
    }),
  };
}

/** Inputs with every third number set to zero. */
export function dropped(batch: Batch): Batch {
  return { ...batch, x: changed(batch.x!, (number, at) => (at % 3 === 0 ? 0 : number)) };
}
