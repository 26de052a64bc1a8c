import { writeFileSync } from 'node:fs';
import { RandomStream } from '@forge-ml/core';

// Writes train.csv and valid.csv, always the same: npx jiti examples/sentence-embeddings/write-pairs.ts examples/sentence-embeddings
const actions = [
  ['buy', 'purchase', 'order'],
  ['return', 'send back', 'give back'],
  ['repair', 'fix', 'mend'],
  ['clean', 'wash', 'scrub'],
  ['paint', 'color', 'coat'],
  ['sell', 'trade in', 'offer'],
  ['insure', 'cover', 'protect'],
  ['rent', 'hire', 'lease'],
  ['carry', 'transport', 'move'],
  ['store', 'keep', 'put away'],
  ['find', 'locate', 'track down'],
  ['recycle', 'scrap', 'throw away'],
];
const things = [
  ['phone', 'mobile', 'handset'],
  ['bike', 'bicycle', 'cycle'],
  ['sofa', 'couch', 'settee'],
  ['car', 'automobile', 'vehicle'],
  ['television', 'telly', 'screen'],
  ['fridge', 'refrigerator', 'cooler'],
  ['jacket', 'parka', 'anorak'],
  ['shoes', 'sneakers', 'trainers'],
  ['glasses', 'spectacles', 'lenses'],
  ['laptop', 'notebook', 'computer'],
  ['lamp', 'light', 'lantern'],
  ['curtains', 'drapes', 'blinds'],
];
const frames = ['How do I ? my ?', 'I would like to ? the ?', 'Can you help me to ? my ?', 'Where can I ? my old ?'];

const random = RandomStream.of(0, 'pairs');
const drawn = <T>(all: readonly T[]): T => all[random.below(all.length)]!;

/** A sentence, its words chosen at random. */
function sentence(words: readonly (readonly string[])[]): string {
  const [before, between, after] = drawn(frames).split('?');
  return `${before}${drawn(words[0]!)}${between}${drawn(words[1]!)}${after}`;
}

/** Pairs that mean the same; those of one meaning are all for training or all for validation. */
const rows: Record<'train' | 'valid', string[]> = { train: [], valid: [] };
for (const [at, action] of actions.entries()) {
  for (const [place, thing] of things.entries()) {
    const isHeld = (5 * at + place) % 4 === 0;
    for (let pair = 0; pair < (isHeld ? 1 : 4); pair++) {
      const anchor = sentence([action, thing]);
      let positive = anchor;
      while (positive === anchor) positive = sentence([action, thing]);
      rows[isHeld ? 'valid' : 'train'].push(`${anchor},${positive}`);
    }
  }
}
const [folder = '.'] = process.argv.slice(2);
for (const [name, lines] of Object.entries(rows)) {
  writeFileSync(`${folder}/${name}.csv`, ['anchor,positive', ...lines, ''].join('\n'));
}
