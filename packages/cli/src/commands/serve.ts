import { flag } from '@forge-ml/core';
import { checkpointAddressOf, runFlags } from '@forge-ml/core/cli';
import { printableText } from '@forge-ml/core/text';
import { string } from '@oclif/core/args';
import { LineBuffer, type RequestLog } from '../actions/serve/request-log.js';
import { ForgeCommand } from '../base/forge-command.js';
import { checkpointFlags } from '../flags/checkpoint-flags.js';
import { oclifFlags } from '../flags/oclif-flags.js';
import { renderServedRequest } from '../render/served-request.js';
import { toJson } from '../terminal/json.js';

const flags = {
  port: flag.integer(null, 'Port to listen on; 0 takes a free one. Default: 8080, or the next free one.', {
    min: 0,
    max: 65_535,
  }),
  host: flag.string('127.0.0.1', 'Address to listen on. Others than that of this machine let others ask the model.'),
  ...checkpointFlags,
  code: flag.boolean(
    true,
    'Run the stored code of the run, if its checkpoint has no model that runs without code; --no-code never runs it.',
  ),
  engine: flag.string(null, "Engine to predict on. Default: the run's."),
  backend: flag.string(null, 'Backend of an exported folder. Default: the first installed one that can open it.'),
  maxBatch: flag.integer(64, 'Most examples that are computed at once.', { min: 1 }),
  maxWaitMs: flag.float(0, 'How long an example waits for others to be computed with, while the model is idle, ms.', {
    min: 0,
    max: 60_000,
  }),
  maxQueue: flag.integer(10_000, 'Most examples that wait; more are answered with status 503.', { min: 1 }),
  maxBodyMb: flag.float(10, 'Most megabytes of a request.', { min: 0.001, max: 1000 }),
  log: flag.boolean(true, 'Print a line for each request; --no-log prints only faults of the server.'),
  trustCode: flag.boolean(false, "Run the run's stored code even if it was modified."),
  resultsDir: runFlags.resultsDir,
};

export default class Serve extends ForgeCommand {
  static override summary = "Answer HTTP requests with a run's model.";
  static override description =
    `POST /predict takes raw rows as JSON, where the run stores preprocessing, and otherwise the arrays that the model reads: one example, a list, or { "instances": [ … ] }. GET / describes the inputs. Examples of requests that come at the same time are computed together. Ctrl-C answers what has come, and stops. There is no password: with --host, put a proxy in front of it.`;
  static override args = {
    run: string({
      description: 'EXPERIMENT (its newest run), EXPERIMENT/NUMBER, a run folder, or a folder that forge export wrote.',
      required: true,
    }),
  };
  static override flags = oclifFlags(flags);
  static override examples = [
    '<%= config.bin %> serve churn --checkpoint best',
    '<%= config.bin %> serve results/churn/3 --port 9000 --max-batch 16 --max-wait-ms 2',
    '<%= config.bin %> serve churn --no-code --json',
  ];

  async run(): Promise<void> {
    const { flags: given, words } = await this.read(flags);
    const forge = await this.library();
    const { CommandStop } = await import('../base/command-stop.js');
    const { openServedModel } = await import('../actions/serve/open-served-model.js');
    const { startServer } = await import('../actions/serve/start-server.js');
    const { engine, backend, code, trustCode, weights } = given;
    const model = await openServedModel(forge, {
      ...{ word: words[0]!, results: await forge.resultsFolder(), checkpoint: checkpointAddressOf(given) },
      ...{ weights, code, trustCode, engine: engine ?? undefined, backend: backend ?? undefined },
    });
    const stop = new CommandStop();
    const lines = new LineBuffer((text) => this.write(text));
    try {
      const { signal } = stop;
      const { maxBatch, maxWaitMs, maxQueue, maxBodyMb, host, port } = given;
      const server = await startServer({
        ...{ model, host, port, batching: { maxBatch, maxWaitMs, maxQueue } },
        ...{ maxBody: Math.round(maxBodyMb * 1e6), log: this.logTo(lines, given.log) },
      });
      if (!server.isLoopback)
        this.showWarning(`Everyone who reaches ${server.url} can ask the model: there is no password.`);
      const { name, takes, inputs } = model;
      this.write(this.line({ event: 'listening', url: server.url, model: name, takes, inputs }, server.url));
      process.stderr.write(`Serving ${printableText(name)}. Press Ctrl-C to stop.\n`);
      if (!signal.aborted) await new Promise((stopped) => signal.addEventListener('abort', stopped, { once: true }));
      await server.close();
      lines.flush();
      this.write(this.line({ event: 'stopped' }, ''));
    } finally {
      stop.release();
      await model.dispose();
    }
  }

  /** Lines are printed as they come. */
  protected override logJson(): void {}

  private logTo(lines: LineBuffer, all: boolean): RequestLog {
    return {
      request: (answered) => {
        if (!all) return;
        const time = new Date().toISOString();
        lines.add(
          this.jsonEnabled() ? toJson({ event: 'request', time, ...answered }, 0) : renderServedRequest(answered, time),
        );
      },
      unexpected: (text) => void process.stderr.write(`The server failed: ${text}\n`),
    };
  }

  /** A line of the log: an object with `--json`, else a text; none for an empty one. */
  private line(event: object, text: string): string {
    if (this.jsonEnabled()) return `${toJson(event, 0)}\n`;
    return text === '' ? '' : `${text}\n`;
  }

  private write(text: string): void {
    this.releaseStdout();
    process.stdout.write(text);
  }
}
