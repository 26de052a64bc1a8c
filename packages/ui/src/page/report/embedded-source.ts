import type { Curves, CurvesRequest } from '../../protocol/curves.js';
import type { RunId } from '../../protocol/overview.js';
import type { ReportContent, ReportedRun } from '../../protocol/report-content.js';
import { type Source, SourceError } from '../source/source.js';
import { EmbeddedCurve } from './embedded-curve.js';
import { eventsOf } from './run-events.js';

/** The data in the file of a report. It never changes, and nothing else can be loaded. */
export function embeddedSource(content: ReportContent): Source {
  const runs = new Map(content.runs.map((run) => [run.view.id, run]));
  const curves = new Map<string, EmbeddedCurve>();
  const runOf = (id: RunId): ReportedRun => runs.get(id) ?? missing(`The report does not have the run ${id}.`);
  const curveOf = (run: ReportedRun, metric: string): EmbeddedCurve | undefined => {
    const key = JSON.stringify([run.view.id, metric]);
    const reported = run.curves.find((curve) => curve.metric === metric);
    if (!curves.has(key) && reported !== undefined) curves.set(key, new EmbeddedCurve(run, reported));
    return curves.get(key);
  };
  const draw = (request: CurvesRequest): Curves => {
    const drawn = request.runs.map((id) => {
      const run = runOf(id);
      return { run, curves: request.metrics.flatMap((metric) => curveOf(run, metric)?.draw(request) ?? []) };
    });
    return {
      curves: drawn.flatMap(({ curves }) => curves),
      runs: drawn.map(({ run, curves }) =>
        eventsOf(
          run,
          request,
          curves.flatMap(({ last }) => last ?? []),
        ),
      ),
      failed: [],
    };
  };
  return {
    overview: async () => ({ folders: [], canEdit: false, version: content.version }),
    table: async () => missing('A report has no table of runs.'),
    sparklines: async (ids) => ({ lines: ids.map(() => null) }),
    run: async (id) => runOf(id).view,
    curves: async (request) => draw(request),
    compare: async () => content.comparison ?? missing('The report is of one run.'),
    importance: async (_runs, metric) =>
      content.importance[metric] ?? {
        metric,
        flags: [],
        nothing: `The report has no importance of flags for ${metric}.`,
      },
    codeDiff: async (a, b) => {
      const [from, to] = [content.codes[a], content.codes[b]];
      if (from !== undefined && from === to) return { files: [], truncated: false };
      const found = content.codeDiffs.find((one) => one.a === from && one.b === to);
      return found?.diff ?? missing('The report does not have this difference of code.');
    },
    sweeps: async () => ({ sweeps: [] }),
    sweep: async () => missing('A report has no sweeps.'),
    codeFile: async (id, version, path) => {
      const { code } = runOf(id);
      const key = `${version}/${path}`;
      const text = Object.hasOwn(code, key) ? content.codeTexts[code[key]!] : undefined;
      return text ?? missing(`The report does not have the text of ${path}.`);
    },
    gitDiff: async (id) => runOf(id).diff ?? missing('The report does not have the uncommitted changes.'),
    log: async (id, from) => logFrom(runOf(id), from),
    media: async (id) => runOf(id).media,
    mediaUrl: (id, file) => `data:image/png;base64,${mediaOf(runOf(id), file)}`,
    mediaText: async (id, file) => ({ text: mediaOf(runOf(id), file), truncated: false }),
    follow: () => () => undefined,
    annotate: async () => missing('A report cannot be edited.'),
    trash: async () => missing('A report cannot be edited.'),
  };
}

function missing(message: string): never {
  throw new SourceError('NOT_IN_REPORT', message, 'forge ui shows everything of a run.');
}

function mediaOf({ mediaFiles }: ReportedRun, file: string): string {
  return Object.hasOwn(mediaFiles, file) ? mediaFiles[file]! : '';
}

/** A report has the end of a log: that is what any earlier part is answered with. */
function logFrom({ log }: ReportedRun, from: number) {
  if (log === null) return { text: '', from: 0, to: 0, size: 0 };
  return from >= log.to ? { ...log, text: '', from: log.to } : log;
}
