import type { Curve, Curves, CurvesOfRun, CurvesRequest } from '../../protocol/curves.js';
import type { MetricsEvent } from '../../protocol/live.js';
import type { Source } from '../source/source.js';
import { CurveLoader, hasSameCurves } from './curve-loader.js';
import { growCurve } from './grow-curve.js';
import type { LiveFeed } from './live-feed.js';
import { thinnedCurve } from './thinned-curve.js';

/** An answer, with what has been heard since. */
interface Known {
  readonly request: CurvesRequest;
  readonly curves: Curves;
}

interface OwnerListener {
  readonly shown: (curves: Curves) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * The curves of a chart: those that were asked for last, with the values that were heard of since. What a request has not
 * answered yet is drawn from the curves of the whole axis.
 */
export class CurvesOwner {
  private readonly loader: CurveLoader;
  private readonly stop: () => void;
  private shown: Known | undefined;
  /** The last answer without a range. */
  private whole: Known | undefined;
  /** Runs whose curves are not those of their file any more. */
  private readonly cut = new Set<string>();

  constructor(
    source: Pick<Source, 'curves'>,
    private readonly feed: LiveFeed | undefined,
    private readonly listener: OwnerListener,
  ) {
    this.loader = new CurveLoader((request, signal) => source.curves(request, signal), {
      loaded: (request, curves) => this.loaded(request, curves),
      failed: listener.failed,
    });
    this.stop = feed?.listen((run, event) => this.heard(run, event)) ?? (() => undefined);
  }

  want(request: CurvesRequest): void {
    if (this.whole !== undefined && !hasSameCurves(this.whole.request, request)) this.whole = undefined;
    if (this.shown !== undefined && this.whole !== undefined && !covers(this.shown.request, request)) {
      this.show(this.whole);
    }
    this.loader.want(request);
  }

  close(): void {
    this.stop();
    this.loader.close();
  }

  private loaded(request: CurvesRequest, curves: Curves): void {
    this.cut.clear();
    let known: Known = { request, curves };
    for (const { run, cursor } of curves.runs) {
      const events = this.feed?.since(run, cursor);
      // What was heard between the answer and the oldest event that is kept is in the next answer.
      if (this.feed !== undefined && events === undefined) this.loader.again();
      for (const event of events ?? []) known = grown(known, event);
    }
    if (request.from === null && request.to === null) this.whole = known;
    this.show(known);
  }

  private heard(run: string, event: MetricsEvent | 'restart'): void {
    if (event === 'restart') {
      this.cut.add(run);
      this.loader.restart();
      return;
    }
    if (this.cut.has(run)) return;
    const facts = this.shown?.curves.runs.find((known) => known.run === run);
    if (this.shown === undefined || facts === undefined || event.to <= facts.cursor) return;
    if (event.from > facts.cursor || hasNewCurve(this.shown, event)) {
      this.loader.again();
      return;
    }
    const isWhole = this.whole === this.shown;
    const shown = grown(this.shown, event);
    if (this.whole !== undefined) this.whole = isWhole ? shown : grown(this.whole, event);
    this.show(shown);
  }

  private show(known: Known): void {
    this.shown = known;
    this.listener.shown(known.curves);
  }
}

/** Whether the curves of one request reach over the range of another. */
function covers(known: CurvesRequest, wanted: CurvesRequest): boolean {
  const start = known.from ?? Number.NEGATIVE_INFINITY;
  const end = known.to ?? Number.POSITIVE_INFINITY;
  return start <= (wanted.from ?? Number.NEGATIVE_INFINITY) && end >= (wanted.to ?? Number.POSITIVE_INFINITY);
}

/** Whether a run has the first value of a metric that was asked for. */
function hasNewCurve({ request, curves }: Known, { run, points }: MetricsEvent): boolean {
  return request.metrics.some((metric) => {
    return metric in points && !curves.curves.some((curve) => curve.run === run && curve.metric === metric);
  });
}

function grown({ request, curves }: Known, event: MetricsEvent): Known {
  const facts = curves.runs.find(({ run }) => run === event.run);
  if (facts === undefined || event.to <= facts.cursor) return { request, curves };
  const grow = (curve: Curve): Curve => {
    const points = curve.run === event.run ? event.points[curve.metric] : undefined;
    if (points === undefined) return curve;
    return thinnedCurve(growCurve(curve, points, facts, request, event.from < facts.cursor), request);
  };
  const all = curves.curves.map(grow);
  const ends = all.flatMap(({ run, last }) => (run === event.run && last !== null ? [last] : []));
  const end = ends.reduce<CurvesOfRun['end']>(
    (far, point) => (far === null || point.step > far.step ? point : far),
    facts.end,
  );
  const runs = curves.runs.map((known) => (known === facts ? { ...facts, cursor: event.to, end } : known));
  return { request, curves: { ...curves, curves: all, runs } };
}
