import { expect } from 'chai';
import type { MediaItem } from '../../../protocol/run-view.js';
import { mediaGroups, positionAt, spread } from './media-groups.js';

function item(kind: MediaItem['kind'], name: string, step: number, file = `${step}`): MediaItem {
  return { kind, split: 'valid', name, step, file };
}

describe('groups of media', () => {
  it('have all steps of a name in order, images first', () => {
    const groups = mediaGroups([
      item('text', 'note', 5),
      item('image', 'b', 20),
      item('image', 'b', 10),
      item('image', 'a', 1),
    ]);
    expect(groups.map(({ name, kind, items }) => [name, kind, ...items.map(({ step }) => step)])).to.deep.equal([
      ['valid.a', 'image', 1],
      ['valid.b', 'image', 10, 20],
      ['valid.note', 'text', 5],
    ]);
  });

  it('have the last one of a step', () => {
    const [group] = mediaGroups([item('image', 'a', 1, 'first'), item('image', 'a', 1, 'second')]);
    expect(group!.items.map(({ file }) => file)).to.deep.equal(['second']);
  });
});

it('positionAt is the newest that is not after a step', () => {
  const items = [10, 20, 30].map((step) => item('image', 'a', step));
  expect([null, 5, 10, 25, 99].map((step) => positionAt(items, step))).to.deep.equal([2, 0, 0, 1, 2]);
});

it('spread keeps the first and the last', () => {
  const items = Array.from({ length: 101 }, (_, step) => item('histogram', 'a', step));
  expect(spread(items, 5).map(({ step }) => step)).to.deep.equal([0, 25, 50, 75, 100]);
  expect(spread(items, 200)).to.equal(items);
});
