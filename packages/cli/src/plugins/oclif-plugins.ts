import { Config } from '@oclif/core/config';
import type { Config as OclifConfig } from '@oclif/core/interfaces';
import { ux } from '@oclif/core/ux';
import { npmFailure } from './npm-failure.js';

/** What to have done by oclif's own plugin of plugins, with npm, in the data folder. */
export interface Deed {
  readonly command: 'install' | 'uninstall' | 'link';
  readonly argv: readonly string[];
  /** The plugin, and the beginning of a sentence that says it was not done. */
  readonly about: string;
  readonly failing: string;
  readonly allowScripts?: boolean;
}

/** @throws ForgeError PLUGIN_UNAVAILABLE with npm's reason */
export async function askOclif(
  { command, argv, about, failing, allowScripts = false }: Deed,
  config: OclifConfig,
): Promise<void> {
  const { commands } = await import('@oclif/plugin-plugins');
  const own = await Config.load({ root: config.root, userPlugins: false, devPlugins: false });
  // oclif takes only packages that have an oclif key, unless it is told that others are welcome. Ours have a forge
  // key, which is looked at when they are there.
  own.plugins.set('@oclif/plugin-legacy', own.plugins.get(own.name)!);
  own.name = own.bin;
  process.env.FORGE_NPM_LOG_LEVEL ??= 'notice';
  if (allowScripts) process.env.npm_config_ignore_scripts = 'false';
  // Where nobody watches it turn, a spinner is only a line among ours.
  if (!process.stderr.isTTY) Object.assign(ux.action, { start: () => {}, stop: () => {} });
  const said = collectOutput();
  try {
    await new commands[`plugins:${command}`]([...argv], own).run();
  } catch (error) {
    throw npmFailure(failing, about, said.text(), error);
  } finally {
    said.release();
  }
}

/** Keeps npm's lines, and what oclif remarks on a package that is none of its own, from standing among ours. */
function collectOutput(): { text(): string; release(): void } {
  const streams = [process.stdout, process.stderr];
  const writes = streams.map((stream) => stream.write);
  let text = '';
  const collect = (chunk: string | Uint8Array) => {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    return true;
  };
  for (const stream of streams) stream.write = collect;
  return {
    text: () => text,
    release: () => {
      for (const [index, stream] of streams.entries()) stream.write = writes[index]!;
    },
  };
}
