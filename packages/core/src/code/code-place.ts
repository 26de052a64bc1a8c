/** Where a run has code: the names of its folder and of the manifest that vouches for it, in the run's folder. */
export interface CodePlace {
  readonly folder: string;
  readonly manifest: string;
}

/** What of `run.json` says which code a run has. */
export interface CodeHistory {
  readonly resumes: readonly { readonly code?: number }[];
}

/** @param number of a correction, from 1; null for the code that the run was made with */
export function codePlace(number: number | null): CodePlace {
  const folder = number === null ? 'code' : `code.${number}`;
  return { folder, manifest: `${folder}.json` };
}

/** The numbers of the corrections that a run was resumed with, in that order. */
export function correctionsOf({ resumes }: CodeHistory): readonly number[] {
  return resumes.flatMap(({ code }) => code ?? []);
}

/** The place of the code that a run is loaded with: the newest. */
export function currentCode(history: CodeHistory): CodePlace {
  return codePlace(correctionsOf(history).at(-1) ?? null);
}

/** The number of a correction that a name in a run's folder belongs to: `code.1`, `code.1.json`. */
export function correctionNamed(name: string): number | undefined {
  const number = /^code\.([1-9]\d{0,8})(?:\.json)?$/.exec(name)?.[1];
  return number === undefined ? undefined : Number(number);
}
