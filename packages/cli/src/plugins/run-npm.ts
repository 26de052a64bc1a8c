import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { LiveLine } from '../terminal/live-line.js';
import { findNpm } from './find-npm.js';
import { npmFailure } from './npm-failure.js';

/** A command of npm in the data folder. */
export interface NpmTask {
  readonly command: 'install' | 'uninstall';
  readonly word: string;
  /** The name of the plugin, for errors. */
  readonly about: string;
  /** The start of the error message, e.g. `Cannot install numeric`. */
  readonly failing: string;
  readonly allowScripts?: boolean;
}

/**
 * Runs npm, without running code of packages except allowed install scripts.
 * @throws ForgeError PLUGIN_UNAVAILABLE with npm's reason
 */
export async function runNpm(
  dataDir: string,
  { command, word, about, failing, allowScripts = false }: NpmTask,
): Promise<void> {
  const [program, ...first] = await findNpm();
  const registry = process.env.FORGE_NPM_REGISTRY;
  const settings = [
    ...['--save', '--prefix', dataDir, '--no-global', '--install-links', `--ignore-scripts=${!allowScripts}`],
    ...['--omit=dev', '--loglevel=error', '--no-audit', '--no-fund', '--no-progress', '--no-update-notifier'],
    ...(registry ? [`--registry=${registry}`] : []),
  ];
  const line = process.stderr.isTTY ? new LiveLine(process.stderr) : undefined;
  line?.start();
  line?.draw(`npm ${command} ${about} …`);
  try {
    const child = spawn(program, [...first, command, ...settings, '--', word], {
      cwd: dataDir,
      env: { ...process.env, ...pinned(allowScripts) },
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    const [status] = (await once(child, 'close')) as [number | null];
    if (status !== 0) throw npmFailure(failing, about, output);
  } finally {
    line?.stop();
  }
}

/**
 * For a git repository npm starts another npm in a clone, whose `.npmrc` could replace the git program and set options
 * for Node. The environment overrides that file.
 */
function pinned(allowScripts: boolean): NodeJS.ProcessEnv {
  return {
    npm_config_ignore_scripts: String(!allowScripts),
    npm_config_git: process.env.npm_config_git || 'git',
    npm_config_node_options: process.env.NODE_OPTIONS || '--no-deprecation',
  };
}
