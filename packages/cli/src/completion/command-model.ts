import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../process/package-root.js';

/** A flag in the manifest of commands. */
export interface FlagModel {
  readonly name: string;
  readonly type: 'boolean' | 'option';
  readonly description?: string;
  readonly helpValue?: string;
  readonly allowNo?: boolean;
}

export interface WordModel {
  readonly name: string;
  readonly description?: string;
  readonly multiple?: boolean;
}

export interface CommandModel {
  readonly id: string;
  readonly summary?: string;
  readonly hidden?: boolean;
  readonly args: Readonly<Record<string, WordModel>>;
  readonly flags: Readonly<Record<string, FlagModel>>;
}

/** The commands by id, `runs:show`, from the manifest that the build writes: no command is loaded. */
export function readCommands(): ReadonlyMap<string, CommandModel> {
  const text = readFileSync(join(packageRoot, 'oclif.manifest.json'), 'utf8');
  const { commands } = JSON.parse(text) as { commands: Readonly<Record<string, CommandModel>> };
  return new Map(Object.entries(commands).filter(([, { hidden }]) => hidden !== true));
}
