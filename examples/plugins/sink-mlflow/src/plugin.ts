import { flag } from '@forge-ml/core';
import { definePlugin } from '@forge-ml/core/plugin';

const flags = {
  mlflowUrl: flag.string(null, 'MLflow tracking server, http://…. Default: MLFLOW_TRACKING_URI.'),
  mlflowExperiment: flag.string(null, 'Experiment name in MLflow. Default: the experiment of the run.'),
};

export default definePlugin({
  port: 1,
  flags,
  sinks: {
    mlflow: async (run) => {
      const [{ MlflowSink }, { trackingServer }] = await Promise.all([
        import('./mlflow-sink.js'),
        import('./server.js'),
      ]);
      return MlflowSink.open(run, trackingServer(run.flags.mlflowUrl), run.flags.mlflowExperiment);
    },
  },
  commands: { 'mlflow:sync': async () => (await import('./sync-command.js')).syncCommand },
});
