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
  mlflowUrl: flag.string(null, 'MLflow tracking server. Default: that of the training.'),
  resultsDir: flag.string('results', 'Folder that contains all experiments.'),
};

/** `forge mlflow sync RUN`: sends what could not be sent during training. */
export const syncCommand: PluginCommand = {
  summary: 'Send the unsent metrics of a run to MLflow.',
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
      const unsent = spool.length - delivery.state.offset;
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(
        `MLflow at ${server.url} does not accept the metrics (${reason}); ${unsent} bytes are not sent yet.`,
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
      sent === 0 ? 'MLflow is already up to date.' : `Sent ${sent} bytes to ${server.url}: MLflow is up to date.`;
    return { data: { run: folder.path, server: server.url, runId, bytesSent: sent }, text };
  },
};
