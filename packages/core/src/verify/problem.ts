/**
 * What is wrong with a file of a run:
 * - `missing`, `truncated`, `altered`: it is not as it was written
 * - `invalid`: it is not of the form it should have
 * - `unreadable`: the system does not let it be read
 * - `unnamed`: a checkpoint's folder without the manifest that would make it one
 * - `foreign`: Forge did not write it
 * - `leftover`: on its way in or out when a process died
 * - `unfinished`: the start of a run that never came to be
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

/** One thing that is not as docs/run-folder.md promises. */
export interface Problem {
  readonly kind: ProblemKind;
  /** Relative to the run's folder, with `/` between its parts; `.` for the folder. */
  readonly path: string;
  /** Fits after the path: `is missing`. */
  readonly message: string;
  /** Whether something of the run cannot be read, or would be refused; what is only superfluous is no damage. */
  readonly damage: boolean;
  /** What a repair does: moves a path away, or moves a file away and puts its sound lines or bytes in its place. */
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

/** Damage of what nothing loads any more; a repair leaves it. */
export function superseded({ kind, path, message }: Problem): Problem {
  return { kind, path, message: `${message}; newer code replaced it`, damage: false, repair: null };
}

/** What readers pass over: it takes up room, or makes one wonder. */
export function unneeded(kind: 'foreign' | 'leftover' | 'unfinished', path: string, message: string): Problem {
  return { kind, path, message, damage: false, repair: kind === 'leftover' ? { kind: 'move', path } : null };
}
