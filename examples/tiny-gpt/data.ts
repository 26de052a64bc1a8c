import { readFile } from 'node:fs/promises';
import { defineData, elements, flag, fromArrays } from '@forge-ml/core';
import { proverbs } from './proverbs.ts';
import { Alphabet } from './text.ts';

/**
 * Windows of a text: `tokens` [batch, places], and `targets` [batch, places] with the next character of each. Random
 * positions depend only on the seed, the epoch and the index, so that a run resumes in the middle of an epoch.
 */
export default defineData({
  flags: {
    text: flag.path(null, 'Text file to train on. Default: proverbs.'),
    places: flag.integer(64, 'Context length in characters.', { min: 1 }),
    batchSize: flag.integer(16, 'Windows per minibatch.', { min: 1 }),
    trainSize: flag.integer(3200, 'Windows in an epoch, at random positions in the text.', { min: 1 }),
  },
  async load({ text, places, batchSize, trainSize, seed }) {
    const content = text === null ? proverbs : await readFile(text, 'utf8');
    const alphabet = new Alphabet(content);
    const characters = alphabet.encode(content);
    // The last tenth is for validation.
    const split = characters.length - Math.max(Math.floor(characters.length / 10), places + 1);
    const starts = split - places;
    if (starts < 1) throw new Error(`The text has ${characters.length} characters, too few for windows of ${places}.`);

    const windowAt = (start: number) => ({
      tokens: characters.subarray(start, start + places),
      targets: characters.subarray(start + 1, start + places + 1),
    });
    const train = fromArrays({ window: new Uint8Array(trainSize) }).map(
      (_, { random }) => windowAt(random.below(starts)),
      {
        seed,
      },
    );
    const held = Array.from(
      { length: Math.floor((characters.length - split - 1) / places) },
      (_, window) => split + window * places,
    );
    const valid = fromArrays({ start: Int32Array.from(held) }).map(({ start }) => windowAt(Number(elements(start)[0])));
    return { train: train.batch(batchSize), valid: valid.batch(batchSize), places, alphabet };
  },
});
