import type { QueriedRun, RunFolder } from '@forge-ml/core/runs';
import type { RunId } from '../../protocol/overview.js';
import { ApiProblem } from '../security/api-problem.js';
import type { ShownFolder } from './shown-folder.js';

/** A run that the dashboard shows. */
export interface ShownRun {
  readonly id: RunId;
  /** `churn/12`; with the name of its folder if there are several. */
  readonly label: string;
  /** Absolute path of its results folder. */
  readonly results: string;
  readonly folder: RunFolder;
  readonly values: QueriedRun;
}

/** All runs of the results folders, in memory. */
export class ShownRuns {
  private version = 0;
  private all: readonly QueriedRun[] = [];
  private readonly owners = new WeakMap<QueriedRun, ShownFolder>();

  constructor(readonly folders: readonly ShownFolder[]) {}

  /** Changes whenever any run does. */
  get currentVersion(): number {
    return this.folders.reduce((sum, { catalog }) => sum + catalog.version, 0);
  }

  get runs(): readonly QueriedRun[] {
    const { currentVersion } = this;
    if (this.version === currentVersion) return this.all;
    for (const folder of this.folders) for (const run of folder.catalog.runs) this.owners.set(run, folder);
    this.all = this.folders.flatMap(({ catalog }) => catalog.runs);
    this.version = currentVersion;
    return this.all;
  }

  get keys(): ReadonlySet<string> {
    return new Set(this.folders.flatMap(({ catalog }) => [...catalog.keys]));
  }

  /** @param values one of `runs` */
  describe(values: QueriedRun): ShownRun {
    return this.described(this.owners.get(values) ?? this.folders[0]!, values);
  }

  /** The values of a run, for what reads no files of it; undefined if it is not known. */
  values(id: RunId): QueriedRun | undefined {
    const { folder, experiment, number } = this.place(id);
    return folder?.catalog.peek(experiment, number);
  }

  /** No run has the number 0. */
  private place(id: RunId): { folder: ShownFolder | undefined; experiment: string; number: number } {
    const [name, experiment = '', digits = '', ...rest] = id.split('/');
    const folder = this.folders.find((shown) => shown.name === name);
    const number = /^[1-9]\d{0,14}$/.test(digits) && rest.length === 0 ? Number(digits) : 0;
    return { folder, experiment, number };
  }

  /** Only runs that are known have an id: no text of a request becomes a path. @throws ApiProblem NOT_FOUND */
  find(id: RunId): ShownRun {
    const { folder, experiment, number } = this.place(id);
    const values = folder?.catalog.find(experiment, number);
    if (values !== undefined) return this.described(folder!, values);
    const hint = 'It may have been removed. The table lists all runs.';
    throw new ApiProblem(404, 'RUN_NOT_FOUND', `There is no run ${JSON.stringify(id.slice(0, 200))}.`, hint);
  }

  /** The label of a run in a folder. */
  private described({ name, path }: ShownFolder, values: QueriedRun): ShownRun {
    const { folder } = values;
    const short = `${folder.experiment}/${folder.number}`;
    const id = `${name}/${short}`;
    return { id, label: this.folders.length > 1 ? id : short, results: path, folder, values };
  }
}
