import { messageOf } from '../../errors/forge-error.js';
import type { Run } from '../../run/run.js';
import { SystemMetrics, systemSplit } from '../../run/system/system-metrics.js';
import { GradientLog } from '../../train/gradients/gradient-log.js';
import { joinHooks } from '../../train/hooks/hook-hub.js';
import type { Progress, RunHooks } from '../../train/hooks/run-hooks.js';
import type { LoopSession } from '../../train/loop/loop-request.js';
import { ProfiledPhase } from '../../train/profile/profiled-phase.js';
import { profiledSession } from '../../train/profile/profiled-session.js';
import { type ProfileSummary, StepProfile } from '../../train/profile/step-profile.js';
import { profileName, traceFile } from '../../train/profile/trace-file.js';
import type { RunFlagValues } from '../../train/run-flags.js';
import { type PhaseParts, RunPhase } from '../../train/stop/run-phase.js';

/** The phase of a run; with `--profile` one that is recorded. */
export function phaseOf(parts: PhaseParts, { profile }: Pick<RunFlagValues, 'profile'>): RunPhase {
  return profile ? new ProfiledPhase(parts, new StepProfile(profile)) : new RunPhase(parts);
}

interface InstrumentParts {
  readonly run: Run;
  readonly values: Pick<RunFlagValues, 'logGradients' | 'systemMetrics'>;
  readonly phase: RunPhase;
  readonly progress: () => Progress;
  readonly warn: (message: string) => void;
}

/** What a run records of how it works, where its flags ask for it: gradients, a profile, the use of the machine. */
export class Instruments {
  private readonly gradients: GradientLog | undefined;
  private readonly profile: StepProfile | undefined;
  private readonly system: SystemMetrics | undefined;
  private ended = false;

  constructor(private readonly parts: InstrumentParts) {
    const { run, values, phase, progress } = parts;
    this.gradients = values.logGradients
      ? new GradientLog(values.logGradients, (report) => run.logDiagnostics(report))
      : undefined;
    this.profile = phase instanceof ProfiledPhase ? phase.profile : undefined;
    this.system = values.systemMetrics
      ? new SystemMetrics(run.folder, (values) => {
          const { step, epoch } = progress();
          run.logDiagnostics({ step, epoch, split: systemSplit, values });
        })
      : undefined;
  }

  /** The session, and one that is asked for what is recorded. */
  session<S extends LoopSession>(session: S): S {
    const asked = this.gradients === undefined ? session : this.gradients.session(session);
    return this.profile === undefined ? asked : profiledSession(asked, this.profile);
  }

  /** The hooks; the same if no gradients are logged, so that a step costs nothing. */
  hooks(hooks: RunHooks): RunHooks {
    const { gradients } = this;
    return gradients === undefined ? hooks : joinHooks({ step: (progress) => gradients.step(progress) }, hooks);
  }

  start(): void {
    this.system?.start((this.parts.values.systemMetrics ?? 0) * 1000);
  }

  /** Ends what is recorded, and writes the profile. Before the files of the run are closed. */
  async end(): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    await this.system?.end();
    if (this.profile === undefined) return;
    this.profile.leave();
    try {
      await this.parts.run.writeFile(profileName, traceFile(this.profile.spans));
    } catch (error) {
      this.parts.warn(`The profile was not written: ${messageOf(error)}`);
    }
  }

  /** Null without `--profile`. */
  get summary(): ProfileSummary | null {
    return this.profile?.summary ?? null;
  }
}
