import { readdir } from 'node:fs/promises';
import { invocationFlags, reservedFlags, runFlags, toKebab } from '@forge-ml/core/cli';
import type { Command } from '@oclif/core/command';
import { expect } from 'chai';
import { ForgeCommand } from '../base/forge-command.js';

/** Declares its flags together with those of the configs, so that one that both declare is an error that names both. */
const declaring = ['find-lr.js'];

describe('flags of commands that accept the flags of configs', () => {
  it('are all reserved', async () => {
    const own = new Set(Object.keys({ ...runFlags, ...invocationFlags }).map(toKebab));
    const folder = new URL('../commands/', import.meta.url);
    const ofCommands = new Set(['help', 'json', 'version', ...Object.keys(ForgeCommand.baseFlags)]);
    let lenient = 0;
    for (const file of (await readdir(folder)).filter((name) => name.endsWith('.js'))) {
      const { default: command } = (await import(new URL(file, folder).href)) as { default: Command.Class };
      // Only these accept flags that they do not declare.
      if (command.strict !== false || declaring.includes(file)) continue;
      lenient++;
      for (const name of Object.keys(command.flags ?? {})) if (!own.has(name)) ofCommands.add(name);
    }
    expect(lenient).to.be.greaterThan(1);
    expect([...ofCommands].filter((name) => !reservedFlags.has(name))).to.deep.equal([]);
  });
});
