/** The abilities that a backend may lack, and what the suite does not prove without each. */
export const notProven = {
  dropout: 'that dropout is random in a step, follows seed and step, and is off in an evaluation and a prediction',
  'exact-resume': 'that a stopped and resumed run ends with the same bits as an uninterrupted one',
  'live-tensors': 'that the engine frees its own memory: only the memory of the process is measured',
  'other-batch-size': 'that a smaller last batch works, and that a single row gives the same result as in a batch',
  reference: 'that outputs, losses and updates are correct: only that they are consistent',
  'optimizer-slots': 'that optimizer slots are saved, restored and checked',
  schedules: 'that a changing learning rate follows the given step number',
} as const;

export type Ability = keyof typeof notProven;
export const abilities = Object.keys(notProven) as readonly Ability[];
