/** For tests of backends and other plugins: `@forge-ml/core/testing`. */

export { samplers as builtInSamplers } from '../plugins/builtins/samplers.js';
export { describeBackendConformance } from './backend-conformance.js';
export { describeCheckpointStoreConformance } from './checkpoint-store-conformance.js';
export type { Ability } from './conformance/support/abilities.js';
export type { ConformanceModelOptions, ConformanceOptions } from './conformance/support/options.js';
export type { ConformanceRate, UpdateRule } from './conformance/support/update-rules.js';
export { contentBelow, hostileKinds, passingPlaces, putInPlace } from './hostile-files.js';
export type { LauncherConformanceOptions } from './launcher-conformance/options.js';
export { describeLauncherConformance } from './launcher-conformance.js';
export { nullBackend } from './null-backend.js';
export type {
  NamedVectors,
  OptimizerConformanceOptions,
  OptimizerTrial,
  UpdatedParameters,
} from './optimizer-conformance/options.js';
export { describeOptimizerConformance } from './optimizer-conformance.js';
export { type CommandOutput, runPluginCommand } from './run-plugin-command.js';
export type { SamplerConformanceOptions } from './sampler-conformance/options.js';
export { describeSamplerConformance } from './sampler-conformance.js';
export type { CheckpointStoreConformanceOptions } from './store-conformance/options.js';
export { toyBackend } from './toy-backend.js';
export type { ToyModel } from './toy-model.js';
export { toyPlugin } from './toy-plugin.js';
export {
  installPlugin,
  installToyPlugin,
  type PluginPackage,
  type ToyProject,
  writeFiles,
  writeToyProject,
} from './toy-project.js';
