import { join } from 'node:path';
import { ForgeError, messageOf } from '../../errors/forge-error.js';
import { isObject } from '../../json/is-object.js';
import { shorten } from '../../json/strict-json.js';
import { wholeLines } from '../../metrics/log/whole-lines.js';
import { isJournalEvent } from '../../schema/sweep-checks.generated.js';
import type { JournalEvent } from './journal-event.js';
import type { SweepFile } from './sweep-file.js';
import { JournalProblem, SweepState } from './sweep-state.js';
import type { TrialState } from './trial-state.js';

export const journalName = 'journal.jsonl';

export interface ReplayedJournal {
  readonly state: SweepState;
  /** Where the last whole line ends, in bytes: what follows was cut off by a crash. */
  readonly end: number;
  /** How many lines there are up to there. */
  readonly lines: number;
}

/** What follows a journal: a sampler, see `SamplerFeed`. */
export interface JournalFollower {
  replay(event: JournalEvent): Promise<void> | undefined;
  /** @param changed the trials of which more is known */
  follow(event: JournalEvent, changed: readonly TrialState[], state: SweepState): void;
}

/**
 * Rebuilds the state of a sweep from its journal. Text after the last newline is ignored: its write did not finish.
 * @param follower called with each event, before and after it is applied
 * @param from what an earlier call with this follower returned: only the lines since then are read
 * @throws ForgeError RUN_INVALID naming the line; FILE_SYSTEM
 */
export async function readJournal(
  folder: string,
  sweep: SweepFile,
  follower?: JournalFollower,
  from?: ReplayedJournal,
): Promise<ReplayedJournal> {
  const path = join(folder, journalName);
  const state = from?.state ?? new SweepState(sweep);
  let { end, lines } = from ?? { end: 0, lines: 0 };
  for await (const group of wholeLines(path, end, 'journal of a sweep')) {
    for (let at = 0; at < group.lines.length; at++) {
      const number = ++lines;
      const event = parseEvent(group.lines[at]!, path, number);
      try {
        const ready = follower?.replay(event);
        // Most events need no waiting, and there are tens of thousands.
        if (ready !== undefined) await ready;
        const changed = state.apply(event);
        follower?.follow(event, changed, state);
      } catch (error) {
        if (error instanceof JournalProblem) throw invalidLine(path, number, error.message);
        throw error;
      }
    }
    end = group.end;
  }
  return { state, end, lines };
}

function parseEvent(line: string, path: string, number: number): JournalEvent {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch (error) {
    throw invalidLine(path, number, messageOf(error));
  }
  if (isJournalEvent.isValid(parsed) || isJournalEvent.explain(parsed)) return parsed as JournalEvent;
  const type = isObject(parsed) ? parsed.type : undefined;
  throw invalidLine(
    path,
    number,
    typeof type === 'string'
      ? `its event ${shorten(JSON.stringify(type))} lacks a field, or has a wrong one`
      : 'it is no event',
  );
}

function invalidLine(path: string, number: number, cause: string): ForgeError {
  return new ForgeError('RUN_INVALID', `Line ${number} of ${path} is invalid: ${cause}.`, {
    about: path,
    hint: `Restore the file from a backup, or cut it off before line ${number}: the trials since then are repeated.`,
  });
}
