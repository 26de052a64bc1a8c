import { writeToyProject } from '@forge-ml/core/testing';

/** Flags of runs that only log, on a backend that does nothing. */
export const loggingFlags: readonly string[] = [
  ...['--backend', 'null', '--data-config', 'data.cjs', '--model-config', 'model.cjs'],
];

/** Writes configs that need no compilation, so that the processes start fast. */
export async function writeLoggingProject(folder: string): Promise<void> {
  await writeToyProject(folder, {
    'data.cjs': "exports.load = () => ({ train: require('@forge-ml/core').fromArrays({ x: [1] }).batch(1) });\n",
    'model.cjs': 'exports.load = () => ({});\n',
  });
}
