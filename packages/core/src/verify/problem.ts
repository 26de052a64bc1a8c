/**
 * What is wrong with a file of a run:
 * - `missing`, `truncated`, `altered`: it is not as it was written
 * - `invalid`: it does not have the right format
 * - `unreadable`: the system refuses to read it
 * - `unnamed`: a checkpoint's folder without a manifest
 * - `foreign`: Forge did not write it
 * - `leftover`: it was being written or removed when a process died
 * - `unfinished`: the folder of a run that did not start
 */
export type ProblemKind =
  | 'missing'
  | 'truncated'
  | 'altered'
  | 'invalid'
  | 'unreadable'
  | 'unnamed'
  | 'foreign'
  | 'leftover'
  | 'unfinished';

/** A deviation from docs/run-folder.md. */
export interface Problem {
  readonly kind: ProblemKind;
  /** Relative to the run's folder, with `/` as separator; `.` is the folder. */
  readonly path: string;
  /** A predicate that follows the path: `is missing`. */
  readonly message: string;
  /** Whether a part of the run cannot be read or would be refused. Superfluous files are no damage. */
  readonly damage: boolean;
  /** What a repair does: moves a path to quarantine; for a log, also writes its valid lines or bytes back. */
  readonly repair: Repair | null;
}

export type Repair =
  | { readonly kind: 'move'; readonly path: string }
  | { readonly kind: 'keep lines' | 'keep bytes'; readonly path: string };

export function damage(
  kind: ProblemKind,
  path: string,
  message: string,
  repair: Repair | null = { kind: 'move', path },
): Problem {
  return { kind, path, message, damage: true, repair };
}

/** A problem of a file that is no longer loaded; a repair ignores it. */
export function superseded({ kind, path, message }: Problem): Problem {
  return { kind, path, message: `${message}; it was replaced by newer code`, damage: false, repair: null };
}

/** A file that readers ignore. */
export function harmless(kind: 'foreign' | 'leftover' | 'unfinished', path: string, message: string): Problem {
  return { kind, path, message, damage: false, repair: kind === 'leftover' ? { kind: 'move', path } : null };
}
