/** Training ends at whichever limit is reached first. */
export interface Limits {
  readonly steps: number;
  readonly epochs: number;
}

const defaultEpochs = 5;

export function limitsFrom(flags: { readonly steps: number | null; readonly epochs: number | null }): Limits {
  const { steps, epochs } = flags;
  return {
    steps: steps ?? Number.POSITIVE_INFINITY,
    epochs: epochs ?? (steps === null ? defaultEpochs : Number.POSITIVE_INFINITY),
  };
}
