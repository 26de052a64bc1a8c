/** What a backend may be unable to do, said with the reason; and what the suite does not prove because of it. */
export const costs = {
  dropout: 'that dropout is random in a step, follows seed and step, and is off in an evaluation and a prediction',
  'exact-resume': 'that a run that was stopped and resumed ends with the bits of one that never stopped',
  'live-tensors': "that the engine's own memory is let go: only the memory of the process is measured",
  'other-batch-size': 'that a smaller last batch works, and that a row alone gives what it gives among others',
  reference: 'that outputs, losses and updates are right: only that they agree with one another',
  'optimizer-slots': 'that what an optimizer remembers is saved, restored and checked',
  schedules: 'that a learning rate that changes goes by the step that is told',
} as const;

export type Ability = keyof typeof costs;
export const abilities = Object.keys(costs) as readonly Ability[];
