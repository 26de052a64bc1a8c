/** The names, in a run's folder, of a code folder and its manifest. */
export interface CodePlace {
  readonly folder: string;
  readonly manifest: string;
}

/** The fields of `run.json` that record which code a run has. */
export interface CodeHistory {
  readonly resumes: readonly { readonly code?: number }[];
}

/** @param number of a correction, from 1; null for the original code of the run */
export function codePlace(number: number | null): CodePlace {
  const folder = number === null ? 'code' : `code.${number}`;
  return { folder, manifest: `${folder}.json` };
}

/** The numbers of the corrections that a run was resumed with, in order. */
export function correctionsOf({ resumes }: CodeHistory): readonly number[] {
  return resumes.flatMap(({ code }) => code ?? []);
}

/** The place of the latest code, which the run is loaded with. */
export function currentCode(history: CodeHistory): CodePlace {
  return codePlace(correctionsOf(history).at(-1) ?? null);
}

/** The number of the correction that a file or folder of a run belongs to: `code.1`, `code.1.json`. */
export function correctionNamed(name: string): number | undefined {
  const number = /^code\.([1-9]\d{0,8})(?:\.json)?$/.exec(name)?.[1];
  return number === undefined ? undefined : Number(number);
}
