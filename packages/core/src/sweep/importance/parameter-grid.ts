import { ChoiceAxis, NumberAxis } from '../density/axis.js';
import type { Parameter, ParameterValue } from '../space/space.js';

const mostCells = 50;

/** A parameter's range in cells, to count values in: at most 50, each choice or each step its own where they fit. */
export interface ParameterGrid {
  readonly cells: number;
  readonly isChoice: boolean;
  /** The cell of a value; NaN for none, or one outside the range. */
  cell(value: ParameterValue | undefined): number;
}

/** Null for a parameter with one value. */
export function gridOf(parameter: Parameter): ParameterGrid | null {
  if (parameter.kind === 'choice') {
    const axis = new ChoiceAxis(parameter.choices);
    return axis.isSingle ? null : { cells: axis.choices.length, isChoice: true, cell: (value) => axis.point(value) };
  }
  const axis = new NumberAxis(parameter);
  if (axis.isSingle) return null;
  const { least: low, most: high, step } = axis;
  const scale = axis.isLog ? Math.log : Number;
  const cells = Math.min(mostCells, cellsOf(high - low, step, axis.isLog));
  const width = (scale(high) - scale(low)) / (cells - 1);
  return {
    cells,
    isChoice: false,
    cell: (value) => {
      if (Number.isNaN(axis.point(value))) return Number.NaN;
      // A value in the middle between two belongs to the lower one.
      const nearest = Math.ceil((scale(value as number) - scale(low)) / width - 0.5);
      return Math.min(cells - 1, Math.max(0, nearest));
    },
  };
}

function cellsOf(range: number, step: number, isLog: boolean): number {
  if (step === 0) return mostCells;
  if (isLog) return Math.ceil(Math.log(range + 1) / Math.log(2)) + 1;
  return Math.round(range / step) + 1;
}
