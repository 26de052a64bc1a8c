import { describeValue } from '../../model/model-error.js';
import type { Batch } from '../../tensor/tensor-data.js';
import type {
  EvaluateRequest,
  FusedSteps,
  NamedFiles,
  ParameterInfo,
  ParametersFile,
  ParameterTotal,
  SessionState,
  Stats,
  StepRequest,
  TrainSession,
} from '../backend.js';
import { checkedPredictor } from './checked-predictor.js';
import { CheckedReports } from './checked-reports.js';
import { backendFault, callBackend, checkResult, engineFailure, isPromiseLike, type Party } from './party.js';
import { wrongRate } from './wrong-report.js';
import { wrongFiles, wrongSession, wrongState } from './wrong-session.js';
import { wrongStats } from './wrong-stats.js';

/** Checks the results of a session and reports faults with the backend's name. Everything else is passed through. */
export class CheckedSession implements Required<TrainSession> {
  // Undefined if the session does not have the member, although the type requires it: see `checkedSession`.
  readonly observe!: NonNullable<TrainSession['observe']>;
  readonly captureAside!: NonNullable<TrainSession['captureAside']>;
  readonly checkpointFiles!: NonNullable<TrainSession['checkpointFiles']>;
  readonly liveTensors!: NonNullable<TrainSession['liveTensors']>;
  readonly settle!: NonNullable<TrainSession['settle']>;
  readonly learningRate!: NonNullable<TrainSession['learningRate']>;
  readonly gauges!: NonNullable<TrainSession['gauges']>;
  readonly interrupt!: NonNullable<TrainSession['interrupt']>;
  readonly locateNotFinite!: NonNullable<TrainSession['locateNotFinite']>;
  private readonly predictor: Pick<TrainSession, 'predict' | 'dispose'>;
  /** Whether an update returned invalid numbers: then the state includes a step that does not count. */
  private misreported = false;
  /** Whether the last batch was refused before it reached the session: then the state did not change. */
  private refused = false;
  private checkedFused: { readonly of: FusedSteps; readonly checked: FusedSteps } | undefined;

  constructor(
    private readonly session: TrainSession,
    private readonly party: Party,
    private readonly asked: SessionAsked,
  ) {
    this.predictor = checkedPredictor(session, party);
    if (session.observe !== undefined) {
      this.observe = (stats) => callBackend(party, 'to observe metrics', () => session.observe!(stats)) as undefined;
    }
    if (session.captureAside !== undefined) {
      this.captureAside = async () =>
        this.checkState(await callBackend(party, 'to capture its state', () => session.captureAside!()));
    }
    if (session.checkpointFiles !== undefined) {
      this.checkpointFiles = (parameters: ParametersFile) =>
        checkResult<NamedFiles>(
          callBackend(party, 'to create checkpoint files', () => session.checkpointFiles!(parameters)),
          (files) => this.require(files, wrongFiles(files)),
        );
    }
    if (session.settle !== undefined) {
      this.settle = async () => callBackend(party, 'to settle', () => session.settle!());
    }
    if (session.interrupt !== undefined) {
      this.interrupt = () => callBackend(party, 'to interrupt its steps', () => session.interrupt!()) as undefined;
    }
    if (session.locateNotFinite !== undefined) {
      this.locateNotFinite = async (batch) => {
        return callBackend(party, 'to find a value that is not finite', () => session.locateNotFinite!(batch));
      };
    }
    if (session.learningRate !== undefined) {
      this.learningRate = (step) => {
        const rate = callBackend(party, 'to report its learning rate', () => session.learningRate!(step));
        return this.require(rate as number, wrongRate(rate));
      };
    }
    if (session.gauges !== undefined) {
      this.gauges = () => {
        const numbers = callBackend(party, 'to report its gauges', () => session.gauges!()) as Stats;
        return this.checkStats(numbers, false, () => 'asked for its gauges');
      };
    }
    if (session.liveTensors !== undefined) this.liveTensors = () => session.liveTensors!();
  }

  get artefacts(): Readonly<Record<string, unknown>> {
    return this.session.artefacts;
  }

  get parameters(): readonly ParameterInfo[] {
    return this.session.parameters;
  }

  get base(): ParameterTotal {
    // Undefined if the session has none.
    return this.session.base ?? (undefined as never);
  }

  get warnings(): readonly string[] {
    return this.session.warnings;
  }

  get labels(): readonly string[] {
    // Undefined if the session does not know them.
    return this.session.labels ?? (undefined as never);
  }

  get intact(): boolean {
    if (this.refused) return true;
    // Undefined if the session does not declare it.
    return this.session.intact === undefined ? (undefined as never) : this.session.intact && !this.misreported;
  }

  get fused(): FusedSteps {
    const of = this.session.fused;
    // Undefined if the session has none.
    if (of === undefined) return undefined as never;
    if (this.checkedFused?.of !== of) this.checkedFused = { of, checked: this.checkFused(of) };
    return this.checkedFused.checked;
  }

  step(batch: Batch, request: StepRequest): Stats | Promise<Stats> {
    const doing = () => `in step ${request.step + 1}`;
    const given = this.given(batch);
    let stats: Stats | Promise<Stats>;
    // Steps that ask for nothing more cost nothing more.
    const asksMore = request.onOutputs !== undefined || request.onGradients !== undefined;
    const reports = asksMore ? new CheckedReports(this.party, this.session.parameters) : undefined;
    try {
      stats = this.session.step(given, reports === undefined ? request : reports.ofStep(request));
    } catch (error) {
      throw engineFailure(this.party, doing(), error);
    }
    if (!isPromiseLike(stats)) return this.checkStepped(stats, request.metrics, doing, reports);
    return stats.then(
      (numbers) => this.checkStepped(numbers, request.metrics, doing, reports),
      (error: unknown) => {
        throw engineFailure(this.party, doing(), error);
      },
    );
  }

  evaluate(batch: Batch, request?: EvaluateRequest): Stats | Promise<Stats> {
    const doing = () => 'in an evaluation';
    const given = this.given(batch);
    const reports =
      request?.onOutputs === undefined ? undefined : new CheckedReports(this.party, this.session.parameters);
    const asked = reports === undefined ? request : reports.ofEvaluation(request!);
    const numbers = callBackend(this.party, doing(), () => this.session.evaluate(given, asked));
    return checkResult(numbers, (stats) => {
      reports?.requireGiven(doing);
      return this.checkStats(stats, true, doing);
    });
  }

  predict(inputs: Batch): Batch | Promise<Batch> {
    return this.predictor.predict(this.given(inputs));
  }

  capture(memory?: SessionState): SessionState | Promise<SessionState> {
    const captured = callBackend(this.party, 'to capture its state', () => this.session.capture(memory));
    return checkResult(captured, (state) => this.checkState(state));
  }

  restore(state: SessionState): void | Promise<void> {
    // A session that keeps no moving average ignores that of a state.
    const { ema, ...others } = state;
    const given = this.asked.ema || ema === undefined ? state : others;
    return callBackend(this.party, 'to restore a state', () => this.session.restore(given));
  }

  dispose(): void | Promise<void> {
    return this.predictor.dispose();
  }

  private given(batch: Batch): Batch {
    const { accept } = this.asked;
    if (accept === undefined) return batch;
    this.refused = true;
    const accepted = accept(batch);
    this.refused = false;
    return accepted;
  }

  private checkFused(fused: FusedSteps): FusedSteps {
    return {
      get most() {
        return fused.most;
      },
      steps: (batches, request) => {
        const doing = () => `in steps ${request.step + 1} to ${request.step + batches.length}`;
        const given = this.asked.accept === undefined ? batches : batches.map((batch) => this.given(batch));
        const reports =
          request.onOutputs === undefined ? undefined : new CheckedReports(this.party, this.session.parameters);
        const asked = reports === undefined ? request : reports.ofStep(request, batches.length);
        const stepped = callBackend(this.party, doing(), () => fused.steps(given, asked));
        return checkResult(stepped, (numbers) => {
          if (!Array.isArray(numbers) || numbers.length === 0 || numbers.length > batches.length) {
            this.misreported = true;
            const what = Array.isArray(numbers) ? `numbers of ${numbers.length} steps` : describeValue(numbers);
            throw backendFault(this.party, `returned ${what} for ${batches.length} fused steps`);
          }
          for (const stats of numbers) this.checkStepped(stats, request.metrics, doing);
          if (numbers.length === batches.length) reports?.requireGiven(doing);
          return numbers;
        });
      },
    };
  }

  private checkStepped(stats: Stats, metrics: boolean, doing: () => string, reports?: CheckedReports): Stats {
    this.misreported = true;
    reports?.requireGiven(doing);
    this.checkStats(stats, metrics, doing);
    this.misreported = false;
    return stats;
  }

  private checkStats(stats: Stats, metrics: boolean, doing: () => string): Stats {
    const wrong = wrongStats(stats, metrics);
    if (wrong !== undefined) throw backendFault(this.party, `returned ${wrong}, ${doing()}`);
    return stats;
  }

  private checkState(state: SessionState): SessionState {
    return this.require(state, wrongState(state, this.session.parameters, this.asked.ema));
  }

  private require<T>(value: T, wrong: string | undefined): T {
    if (wrong !== undefined) throw backendFault(this.party, `returned ${wrong}`);
    return value;
  }
}

/** What a session was built for. */
export interface SessionAsked {
  /** Converts a batch to dtypes that the engine accepts; undefined if it accepts any. */
  readonly accept?: ((batch: Batch) => Batch) | undefined;
  /** Whether it keeps a moving average of its parameters. */
  readonly ema?: boolean;
}

/**
 * A session whose results are checked.
 * @throws ForgeError BACKEND_INVALID if it is not a valid session
 */
export function checkedSession(session: TrainSession, party: Party, asked: SessionAsked = {}): TrainSession {
  const wrong = wrongSession(session);
  if (wrong !== undefined) throw backendFault(party, `built a session that ${wrong}`);
  return new CheckedSession(session, party, asked);
}
