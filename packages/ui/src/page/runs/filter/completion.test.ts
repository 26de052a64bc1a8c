import { expect } from 'chai';
import type { TableField } from '../../../protocol/table.js';
import { complete, expectedAt, isUnfinished } from './completion.js';

const fields: TableField[] = [
  { key: 'flags.hidden', title: 'hidden', kind: 'flag', direction: null },
  { key: 'flags.learningRate', title: 'learningRate', kind: 'flag', direction: null },
  { key: 'best.valid.auc', title: 'valid.auc', kind: 'best', direction: 'max' },
  { key: 'last.valid.my metric', title: 'valid.my metric', kind: 'last', direction: null },
];

const options = (text: string) => complete(text, fields, () => ['64', '128']).options.map((option) => option.text);

describe('completion of the filter', () => {
  it('expects fields, operators, values and connectives in turn', () => {
    const kinds: [string, string][] = [
      ['', 'field'],
      ['fla', 'field'],
      ['flags.hidden ', 'operator'],
      ['flags.hidden not ', 'operator'],
      ['flags.hidden =', 'value'],
      ['flags.hidden = 6', 'value'],
      ['flags.hidden = 64 ', 'connective'],
      ['flags.hidden = 64 and ', 'field'],
      ['not (flags.hidden = 64 or ', 'field'],
      ["note ~ 'a b' ", 'connective'],
      ["note ~ 'a b", 'value'],
      ['flags.hidden in (64, ', 'value'],
      ['flags.hidden in (64, 128) ', 'connective'],
      ['has(', 'field'],
    ];
    for (const [text, kind] of kinds) expect(expectedAt(text).kind, text).to.equal(kind);
  });

  it('knows what is only half written', () => {
    for (const text of [
      'flags',
      'flags.hidden ',
      'flags.hidden >',
      'a = 1 and',
      'a = 1 or b',
      '(a = 1',
      "note ~ 'a",
      'has(a',
      'not',
    ])
      expect(isUnfinished(text), text).to.equal(true);
    for (const text of [
      '',
      ' ',
      'a = 1',
      'a = 1 ',
      '(a = 1)',
      "note ~ 'it\\'s'",
      'has(a)',
      'a in (1, 2)',
      'a = 7d ago',
      'a ~ /x/',
    ])
      expect(isUnfinished(text), text).to.equal(false);
  });

  it('finds fields by any of their parts, those that start with the word first', () => {
    expect(options('hid')).to.deep.equal(['flags.hidden']);
    expect(options('rate')).to.deep.equal(['flags.learningRate']);
    expect(options('l')[0]).to.equal("last.valid.'my metric'");
    expect(options('flags.hidden = 1 and au')).to.deep.equal(['best.valid.auc']);
    expect(options('stat')).to.deep.equal(['status']);
  });

  it('offers the values of the field', () => {
    expect(options('flags.hidden = ')).to.deep.equal(['64', '128']);
    expect(options('flags.hidden = 1')).to.deep.equal(['128']);
    expect(options('status = cr')).to.deep.equal(['crashed']);
  });

  it('replaces the word that is being written, and offers nothing that is already there', () => {
    expect(complete('tag = paper and hid', fields, () => [])).to.include({ from: 16, to: 19 });
    expect(options('flags.hidden')).to.deep.equal([]);
  });
});
