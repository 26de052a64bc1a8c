import { expect } from 'chai';
import { type ForgeError, isForgeError } from '../../errors/forge-error.js';
import { compileQuery } from './compile-query.js';
import { parseQuery } from './parse-query.js';
import type { FieldValue } from './query-fields.js';

const now = Date.parse('2026-06-15T12:00:00Z');
const run: Record<string, FieldValue> = {
  status: 'completed',
  experiment: 'digits-cnn',
  number: 12,
  created: '2026-06-14T12:00:00.000Z',
  duration: 5400,
  'git.dirty': true,
  'git.commit': '3ecaa2b0',
  tag: ['paper', 'best-of-june'],
  'flags.hidden': 64,
  'flags.learningRate': 0.001,
  'flags.optimizer': 'adam',
  'flags.augment': true,
  'flags.label': '064',
  'best.valid.accuracy': 0.91,
  'last.valid.loss': Number.NaN,
  'last.valid.top.5': 0.99,
};
const known = new Set([...Object.keys(run), 'flags.dropout', 'last.valid.score']);

function matches(text: string, values: Record<string, FieldValue> = run): boolean {
  return compileQuery(parseQuery(text), { text, known, now }).matches((key) => values[key]);
}

function problemIn(text: string): ForgeError {
  try {
    compileQuery(parseQuery(text), { text, known, now });
  } catch (error) {
    if (isForgeError(error)) return error;
    throw error;
  }
  throw new Error(`accepted: ${text}`);
}

const expected: Readonly<Record<string, boolean>> = {
  'flags.learningRate < 0.01 and best.valid.accuracy > 0.9 and status = completed and tag = paper': true,
  'flags.learning-rate = 1e-3': true,
  'flags.learning_rate >= 0.0011': false,
  'flags.hidden = 64.0': true,
  "flags.hidden = '64'": true,
  "flags.hidden = '64.0'": false,
  'flags.hidden in (32, 64)': true,
  'flags.hidden not in (32, 64)': false,
  'flags.label = 64': false,
  'flags.label = 064': true,
  'flags.optimizer = adam': true,
  'flags.optimizer != adam': false,
  'flags.optimizer > 3': false,
  'flags.augment = true': true,
  'flags.augment != false': true,
  'best.valid.accuracy <= 0.91': true,
  'last.valid.loss = nan': true,
  'last.valid.loss < 1 or last.valid.loss >= 1': false,
  'last.valid.top.5 > 0.9': true,
  'experiment ~ CNN': true,
  'experiment ~ /^digits-/': true,
  'experiment ~ /^DIGITS/': false,
  'experiment ~ /^DIGITS/gi': true,
  'experiment ~ /d/g and experiment ~ /d/g': true,
  'git.commit ~ 3ecaa2b': true,
  'git.dirty = true': true,
  'git.dirty != true': false,
  'duration > 1h': true,
  'duration < 1h30m': false,
  'duration = 90min': true,
  'duration <= 5400': true,
  'created > 2d ago': true,
  'created > 12h ago': false,
  'created >= 2026-06-01 and created < 2026-06-30': true,
  'created = 2026-06-14T12:00Z': true,
  "created = '2026-06-14 12:00:00.001Z'": false,
  'number >= 10': true,
  'status in (failed, completed)': true,
  'tag = best-of-june and tags = paper': true,
  'tag != paper': false,
  'tag != other': true,
  'tag ~ june': true,
  'has(tag)': true,
  // Missing values.
  'flags.dropout = 0.5': false,
  'flags.dropout != 0.5': false,
  'flags.dropout in (0.5)': false,
  'not flags.dropout = 0.5': true,
  'has(flags.dropout)': false,
  'not has(flags.dropout) and has(flags.hidden)': true,
};

describe('compileQuery', () => {
  for (const [text, result] of Object.entries(expected)) {
    it(`${result ? 'matches' : 'does not match'}: ${text}`, () => expect(matches(text)).to.equal(result));
  }

  it('treats no tags as an empty list', () => {
    expect([matches('tag = paper', {}), matches('tag != paper', {}), matches('has(tag)', {})]).to.deep.equal([
      false,
      true,
      false,
    ]);
  });

  it('compares a day as a whole, in local time', () => {
    const at = (time: string) => ({ created: new Date(time).toISOString() });
    expect(matches('created = 2026-06-14', at('2026-06-14T00:00:00'))).to.equal(true);
    expect(matches('created > 2026-06-14', at('2026-06-14T23:59:59.999'))).to.equal(false);
    expect(matches('created <= 2026-06-14', at('2026-06-14T23:59:59.999'))).to.equal(true);
    expect(matches('created != 2026-06-14', at('2026-06-15T00:00:00'))).to.equal(true);
    expect(matches('created < 2026-06-14', at('2026-06-14T00:00:00'))).to.equal(false);
  });

  for (const [text, marked, message, hint] of [
    [
      'flags.lerningRate < 1',
      'flags.lerningRate',
      'No run has a flag "lerningRate".',
      'Did you mean flags.learningRate?',
    ],
    ['best.valid.acuracy > 0', 'best.valid.acuracy', 'No run has a metric "valid.acuracy".', 'Did you mean best.valid'],
    ['best.valid.score > 0', 'best.valid.score', 'valid.score has no best value', 'Use last.valid.score, or declare'],
    ['accuracy > 0.9', 'accuracy', 'There is no field "accuracy".', 'Did you mean best.valid.accuracy?'],
    ['hidden = 3', 'hidden', 'There is no field "hidden".', 'Did you mean flags.hidden?'],
    ['stat = completed', 'stat', 'There is no field "stat".', 'Did you mean status?'],
    ['zzzzzz = 1', 'zzzzzz', 'There is no field "zzzzzz".', 'Fields: status, experiment'],
    ['status = complete', 'complete', 'There is no status "complete".', 'Did you mean completed?'],
    ['status < failed', 'failed', 'status has no order, so < does not apply.', 'Use =, !=, ~ or in.'],
    ['number = many', 'many', 'number is a number, and "many" is not.', 'For example'],
    ['flags.hidden < many', 'many', 'flags.hidden < compares numbers', 'Use ='],
    ['created > 7d', '7d', 'created is a time, and "7d" is not.', 'Write 7d ago.'],
    ['created > 2026-02-30', '2026-02-30', 'created is a time', 'For example: 2026-01-31'],
    ['duration > 3 parsecs', 'parsecs', 'Expected and, or or the end', ''],
    ['duration > 3parsecs', '3parsecs', 'duration is a duration', 'For example: 90s'],
    ['git.dirty = yes', 'yes', 'git.dirty is true or false, not "yes".', 'Write true or false.'],
    ['note ~ /[/', '/[/', 'This regular expression is invalid', 'Put a text to find in quotes.'],
    ['number ~ 3', '3', 'number is not text, so ~ does not apply.', 'Use ='],
  ] as const) {
    it(`refuses ${text}, and says what to do`, () => {
      const error = problemIn(text);
      expect(error.code).to.equal('QUERY_INVALID');
      expect(error.message).to.include(message);
      expect(error.hint ?? '').to.include(hint);
      expect(error.place!.text.slice(error.place!.start, error.place!.end)).to.equal(marked);
    });
  }
});
