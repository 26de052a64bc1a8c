import { isObject } from '../../../json/is-object.js';
import type { ClassScores } from './class-scores.js';
import { PackedNumbers } from './packed-numbers.js';

/** Every score and label of a split, for metrics that need them all. */
export class ScoreList {
  kind: ClassScores['kind'] | undefined;
  width = 1;
  /** Whether there were too many: then the list is empty, and the metric unknown. */
  full = false;
  scores = new PackedNumbers();
  labels = new PackedNumbers();
  /** Empty if all rows count the same. */
  weights = new PackedNumbers();

  add({ kind, width, rows, scores, labels, weights }: ClassScores): void {
    this.kind = kind;
    this.width = width;
    if (this.full) return;
    this.scores.append(scores);
    this.labels.append(labels);
    if (weights === undefined) return;
    for (let row = 0; row < rows; row++) this.weights.push(weights(row));
  }

  merge(other: ScoreList): void {
    if (other.kind === undefined) return;
    this.kind = other.kind;
    this.width = other.width;
    if (other.full) this.empty();
    if (this.full) return;
    this.scores.append(other.scores.values);
    this.labels.append(other.labels.values);
    this.weights.append(other.weights.values);
  }

  /** Gives up the scores. */
  empty(): void {
    this.full = true;
    this.scores = new PackedNumbers();
    this.labels = new PackedNumbers();
    this.weights = new PackedNumbers();
  }

  get state(): unknown {
    const { kind, width, full } = this;
    const [scores, labels, weights] = [this.scores.state, this.labels.state, this.weights.state];
    return { kind, width, full, scores, labels, weights };
  }

  /** @param state an earlier `state`, read back from JSON; anything else starts empty */
  static from(state: unknown): ScoreList {
    const list = new ScoreList();
    if (!isObject(state)) return list;
    list.kind = state.kind as ClassScores['kind'] | undefined;
    list.width = Number(state.width);
    list.full = state.full === true;
    list.scores = PackedNumbers.from(state.scores);
    list.labels = PackedNumbers.from(state.labels);
    list.weights = PackedNumbers.from(state.weights);
    return list;
  }
}
