import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Direction } from '../metrics/metric-direction.js';
import type { TrialOutcome } from './samplers/sampler.js';
import type { ParameterValues, Space } from './space/space.js';

interface History {
  readonly name: string;
  readonly space: Space;
  readonly directions: readonly Direction[];
  readonly trials: readonly TrialOutcome[];
}

export interface DensityCase extends History {
  readonly goodTrials: readonly number[];
  readonly groups: readonly {
    readonly points: readonly ParameterValues[];
    readonly good: readonly number[];
    readonly bad: readonly number[];
  }[];
}

export interface ImportanceCase extends History {
  readonly importance: Readonly<Record<string, number>>;
}

/** What test/optuna/expected.py writes. */
export interface OptunaResults {
  readonly source: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly densities: readonly DensityCase[];
  readonly importance: readonly ImportanceCase[];
  readonly hypervolumes: readonly {
    readonly points: readonly (readonly number[])[];
    readonly reference: readonly number[];
    readonly volume: number;
  }[];
  readonly normalMasses: readonly { readonly a: number; readonly b: number; readonly logMass: number }[];
}

const stored = fileURLToPath(new URL('../../../../test/fixtures/optuna.json', import.meta.url));
const script = fileURLToPath(new URL('../../../../test/optuna/expected.py', import.meta.url));

/** The stored results; with FORGE_SWEEP_PYTHON also those that this Python computes of the same and of other histories. */
export function optunaResults(): readonly OptunaResults[] {
  const results = [read(stored, 'stored')];
  const python = process.env.FORGE_SWEEP_PYTHON;
  if (python === undefined) return results;
  const folder = mkdtempSync(join(tmpdir(), 'forge-optuna-'));
  try {
    for (const seed of ['7', '11']) {
      const path = join(folder, `${seed}.json`);
      execFileSync(python, [script, path, seed]);
      results.push(read(path, `seed ${seed} now`));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return results;
}

function read(path: string, source: string): OptunaResults {
  return { source, ...(JSON.parse(readFileSync(path, 'utf8')) as Omit<OptunaResults, 'source'>) };
}
