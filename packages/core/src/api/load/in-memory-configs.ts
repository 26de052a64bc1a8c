import { currentCode } from '../../code/code-place.js';
import { type ConfigModule, configFromObject } from '../../config/loader/config-module.js';
import { checkOptions } from '../../errors/check-options.js';
import { ForgeError } from '../../errors/forge-error.js';
import type { InMemoryCode, LoadOptions } from '../../plugins/contract/loaded-run.js';
import type { RunRecord } from '../../run/record/run-record.js';

/**
 * The configs of a run that stores no code, from the objects that its script made.
 * @param data `LoadOptions.data`: where it replaces the data, the data config is not used
 * @throws ForgeError USAGE for a run that stores its code; CONFIG_INVALID for an object that is no config of its role
 */
export function inMemoryConfigs(
  record: RunRecord,
  code: InMemoryCode,
  data: LoadOptions['data'],
): { data: ConfigModule | undefined; model: ConfigModule } {
  checkOptions(code, ['data', 'model'], { of: 'Forge.loadFromCheckpoint(run, { code })' });
  const label = `${record.experiment}/${record.number}`;
  if (record.code !== 'in-memory' || currentCode(record).folder !== 'code') {
    throw new ForgeError('USAGE', `${label} stores its code and is loaded with it, not with other objects.`, {
      about: 'code',
      hint: 'Omit `code`.',
    });
  }
  return {
    data: data === undefined ? configFromObject(code.data, 'data') : undefined,
    model: configFromObject(code.model, 'model'),
  };
}
