import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { ForgeLibrary, isForgeError } from '@forge-ml/core';
import { writeFiles, writeToyProject } from '@forge-ml/core/testing';
import type { ViewedRun } from './viewed-run.js';

/** A new folder for each test of the calling suite, removed afterwards. */
export function useFolder(): () => string {
  let folder: string;
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'forge-views-')));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  return () => folder;
}

/** Trains a toy in a project of its own. @param words more of the command line, or of a resume */
export async function trainToy(project: string, words: readonly string[] = []): Promise<ViewedRun> {
  await writeToyProject(project);
  return trainAgain(project, [...configs, ...words]);
}

const configs = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts', '--run-name', 'toy'];

/** Trains in a project that is there. */
export async function trainAgain(project: string, argv: readonly string[]): Promise<ViewedRun> {
  const forge = new ForgeLibrary({ directory: project, argv, warn: () => undefined });
  const { run } = await forge.train(await forge.config());
  const [experiment, number] = run.split(sep).slice(-2);
  return viewedRun(join(project, 'results'), experiment!, Number(number));
}

export function viewedRun(results: string, experiment: string, number: number): ViewedRun {
  const label = `${experiment}/${number}`;
  const folder = { path: join(results, label), experiment, number };
  return { id: `results/${label}`, label, folder, results };
}

/** Writes files of a run by hand. */
export function changeRun({ folder }: ViewedRun, files: Readonly<Record<string, string>>): Promise<void> {
  return writeFiles(folder.path, files);
}

/** Changes fields of a JSON file of a run. */
export async function changeJson(
  { folder }: ViewedRun,
  file: string,
  change: (value: object) => object,
): Promise<void> {
  const path = join(folder.path, file);
  await writeFile(path, JSON.stringify(change(JSON.parse(await readFile(path, 'utf8')))));
}

/** The code of the ForgeError that an action fails with; null if it does not. */
export async function codeOf(action: () => Promise<unknown>): Promise<string | null> {
  try {
    await action();
    return null;
  } catch (error) {
    if (isForgeError(error)) return error.code;
    throw error;
  }
}
