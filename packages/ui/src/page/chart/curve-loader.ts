import type { Curves, CurvesRequest } from '../../protocol/curves.js';

export interface LoadListener {
  readonly loaded: (request: CurvesRequest, curves: Curves) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Asks for the curves of a chart, one request at a time. While the range moves, the one in flight is finished, so that the
 * picture is refined on the way, and only the newest wanted one follows it; a request for other curves ends it.
 */
export class CurveLoader {
  private wanted: CurvesRequest | undefined;
  private inFlight: { readonly request: CurvesRequest; readonly controller: AbortController } | undefined;
  private isOutdated = false;

  constructor(
    private readonly fetch: (request: CurvesRequest, signal: AbortSignal) => Promise<Curves>,
    private readonly listener: LoadListener,
  ) {}

  want(request: CurvesRequest): void {
    if (this.wanted !== undefined && isEqual(this.wanted, request)) return;
    this.wanted = request;
    if (this.inFlight === undefined || !hasSameCurves(this.inFlight.request, request)) this.start(request);
    else this.isOutdated = true;
  }

  /** Asks again at once: an answer in flight is wrong. */
  restart(): void {
    if (this.wanted !== undefined) this.start(this.wanted);
  }

  /** Asks once more after the answer in flight, which may not have what is new. */
  again(): void {
    if (this.wanted === undefined) return;
    if (this.inFlight === undefined) this.start(this.wanted);
    else this.isOutdated = true;
  }

  close(): void {
    this.inFlight?.controller.abort();
    this.inFlight = undefined;
    this.wanted = undefined;
  }

  private start(request: CurvesRequest): void {
    this.inFlight?.controller.abort();
    const controller = new AbortController();
    const flight = { request, controller };
    this.inFlight = flight;
    this.isOutdated = false;
    const settle = (tell: () => void) => {
      if (this.inFlight !== flight) return;
      this.inFlight = undefined;
      const isOutdated = this.isOutdated;
      tell();
      if (isOutdated && this.inFlight === undefined && this.wanted !== undefined) this.start(this.wanted);
    };
    this.fetch(request, controller.signal).then(
      (curves) => settle(() => this.listener.loaded(request, curves)),
      (error: unknown) => settle(() => this.isOutdated || this.listener.failed(error)),
    );
  }
}

function isEqual(a: CurvesRequest, b: CurvesRequest): boolean {
  return hasSameCurves(a, b) && a.from === b.from && a.to === b.to && a.width === b.width;
}

/** Whether two requests differ at most in the visible part and its pixels. */
export function hasSameCurves(a: CurvesRequest, b: CurvesRequest): boolean {
  const areEqual = (x: readonly string[], y: readonly string[]) =>
    x.length === y.length && x.every((item, at) => item === y[at]);
  return (
    areEqual(a.runs, b.runs) &&
    areEqual(a.metrics, b.metrics) &&
    a.axis === b.axis &&
    a.logX === b.logX &&
    a.logY === b.logY &&
    a.smooth === b.smooth
  );
}
