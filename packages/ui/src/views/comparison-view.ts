import { type Compared, comparisonOf, readCompared } from '@forge-ml/core/manage';
import { directionsOfRun, groupRuns, messageOf, type ReadRun, readRun } from '@forge-ml/core/runs';
import type { ComparedMetric, ComparedRun, ComparisonRow, ComparisonView } from '../protocol/comparison.js';
import type { ShownStatus } from '../protocol/table.js';
import { bounded, boundedText } from './bounded.js';
import { inBatches } from './in-batches.js';
import type { ViewedRun } from './viewed-run.js';

interface ReadBoth {
  readonly run: ViewedRun;
  readonly values: ReadRun;
  readonly compared: Compared;
}

/** Several runs beside each other. Runs that cannot be read are in `failed`, with the reason. Reads only. */
export async function comparisonView(runs: readonly ViewedRun[]): Promise<ComparisonView> {
  const failed: { readonly run: string; readonly message: string }[] = [];
  const read = await inBatches(runs, async (run): Promise<ReadBoth | undefined> => {
    try {
      return { run, values: await readRun(run.folder), compared: await readCompared(run.folder) };
    } catch (error) {
      failed.push({ run: run.id, message: boundedText(messageOf(error)) });
      return undefined;
    }
  });
  const all = read.filter((one) => one !== undefined);
  const { rows } = comparisonOf(all.map(({ compared }) => compared));
  return {
    runs: comparedRuns(all),
    rows: rows.flatMap(({ group, name, values, equal }): ComparisonRow[] => {
      return group === 'best' || group === 'last' ? [] : [{ group, name, values: values.map(bounded), equal }];
    }),
    metrics: comparedMetrics(all, rows),
    failed,
  };
}

function comparedRuns(all: readonly ReadBoth[]): ComparedRun[] {
  const keys = new Set(all.flatMap(({ values }) => values.keys));
  const groups = groupRuns(
    all.map(({ values }) => values),
    'configuration',
    keys,
  );
  const groupOf = new Map(groups.flatMap(({ runs }, at) => runs.map((run) => [run, String(at)])));
  return all.map(({ run: { id, label }, values }) => ({
    id,
    label,
    name: (values.get('name') as string | undefined) ?? '',
    status: values.get('status') as ShownStatus,
    created: Date.parse(values.get('created') as string),
    seconds: (values.get('duration') as number | undefined) ?? null,
    step: values.get('step') as number,
    configuration: groupOf.get(values)!,
  }));
}

function comparedMetrics(all: readonly ReadBoth[], rows: ReturnType<typeof comparisonOf>['rows']): ComparedMetric[] {
  const none = all.map(() => null);
  const rowsOf = (wanted: string) => new Map(rows.flatMap((row) => (row.group === wanted ? [[row.name, row]] : [])));
  const [best, last] = [rowsOf('best'), rowsOf('last')];
  return [...new Set([...best.keys(), ...last.keys()])].map((address): ComparedMetric => {
    const dot = address.indexOf('.');
    const [split, name] = [address.slice(0, dot), address.slice(dot + 1)];
    const directions = all.map(({ compared }) => directionsOfRun(compared.directions)(split, name));
    return {
      ...{ address, split, name },
      direction: directions.find((direction) => direction !== undefined) ?? null,
      best: (best.get(address)?.values as readonly (number | null)[] | undefined) ?? none,
      bestSteps: best.get(address)?.steps ?? none,
      last: (last.get(address)?.values as readonly (number | null)[] | undefined) ?? none,
    };
  });
}
