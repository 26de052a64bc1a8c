import type { RunRecord } from '../record/run-record.js';
import { shownStatus } from '../record/run-status.js';
import {
  dataFacts,
  engineFacts,
  type FactGroup,
  type Facts,
  gitFacts,
  progressFacts,
  versionFacts,
} from './compared.js';
import type { ComparedCode } from './compared-code.js';

/**
 * The facts of a run, in groups.
 * @param run its folder
 * @param code null if it stores none
 */
export function runFacts(
  run: string,
  record: RunRecord,
  code: Pick<ComparedCode, 'dataFiles' | 'missing'> | null,
): Readonly<Record<FactGroup, Facts>> {
  return {
    progress: progressFacts(record, shownStatus(record, run)),
    git: gitFacts(record.git),
    versions: versionFacts(record),
    data: dataFacts(record, code),
    engine: engineFacts(record),
  };
}
