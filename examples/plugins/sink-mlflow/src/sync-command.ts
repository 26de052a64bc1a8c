import { resolve } from 'node:path';
import { findRun, flag, readRunRecord, shownStatus } from '@forge-ml/core';
import type { CommandRequest, CommandResult, PluginCommand } from '@forge-ml/core/plugin';
import { deliver } from './deliver.js';
import { Delivery, readState } from './delivery.js';
import { MlflowClient } from './mlflow-client.js';
import { spoolPaths } from './mlflow-sink.js';
import { trackingServer } from './server.js';
import { Spool } from './spool.js';

const flags = {
  mlflowUrl: flag.string(null, 'The tracking server; left out, the one the run was meant for.'),
  resultsDir: flag.string('results', 'The folder that holds all experiments.'),
};

/** `forge mlflow sync RUN`: sends what could not be sent while the run was trained. */
export const syncCommand: PluginCommand = {
  summary: 'Send what MLflow has not been told of a run.',
  words: [{ name: 'run', required: true, description: 'EXPERIMENT/NUMBER, or a run folder.' }],
  flags,
  async run({ words, flags: values, directory }: CommandRequest): Promise<CommandResult> {
    const folder = await findRun(words[0]!, resolve(directory, String(values.resultsDir)), directory);
    if (shownStatus(await readRunRecord(folder.path), folder.path) === 'running') {
      throw new Error(`${folder.path} is still being trained, and sends its metrics itself.`);
    }
    const paths = spoolPaths(folder.path);
    const before = readState(paths.sent);
    if (before === undefined)
      throw new Error(`${folder.path} was trained without --sink mlflow: there is nothing to send.`);
    const server = trackingServer((values.mlflowUrl as string | null) ?? before.server);
    const spool = Spool.open(paths.spool);
    const delivery = Delivery.open(paths.sent, server.url);
    try {
      await deliver(spool, delivery, new MlflowClient(server));
    } catch (error) {
      const left = spool.length - delivery.state.offset;
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(
        `MLflow at ${server.url} does not take the metrics (${reason}); ${left} bytes are still to be sent.`,
        {
          cause: error,
        },
      );
    } finally {
      spool.close();
    }
    const { runId, offset } = delivery.state;
    const sent = offset - before.offset;
    const text =
      sent === 0 ? 'MLflow has everything already.' : `Sent ${sent} bytes to ${server.url}: MLflow has everything.`;
    return { data: { run: folder.path, server: server.url, runId, bytesSent: sent }, text };
  },
};
