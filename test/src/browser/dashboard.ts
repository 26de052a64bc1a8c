import { type ForgeOptions, type Started, startForge } from '../cli/forge-process.js';

/** `forge ui` in a process of its own. */
export interface Dashboard {
  /** Without a slash at its end. */
  readonly origin: string;
  readonly started: Started;
  /** Stops it in order. */
  stop(): Promise<void>;
}

export async function startDashboard(
  cwd: string,
  parameters: readonly string[] = [],
  { port = 0, ...options }: Omit<ForgeOptions, 'cwd'> & { readonly port?: number } = {},
): Promise<Dashboard> {
  const started = startForge(['ui', '--port', String(port), ...parameters], { cwd, ...options });
  let text = '';
  started.child.stdout?.on('data', (chunk: string) => {
    text += chunk;
  });
  await started.said(/http:\/\/[^\s]+\/\s/);
  const origin = /http:\/\/[^\s/]+/.exec(text)![0];
  const stop = async () => {
    started.child.kill('SIGINT');
    await started.finished;
  };
  return { origin, started, stop };
}
