import { messageOf } from '@forge-ml/core/plugin';

/** Why a native package did not load, and the command that fixes it. */
export interface Failure {
  readonly reason: string;
  readonly remedy: string;
}

export const absent = (name: string): Failure => ({
  reason: `${name} is not installed`,
  remedy: `npm install ${name}@4.22.0`,
});

export const notBuilt = (name: string): Failure => ({
  reason: `${name} is installed, but its native addon is not built`,
  remedy: `npm rebuild ${name} --build-addon-from-source`,
});

/** Explains an error that `require` threw for a native package. */
export function explainFailure(name: string, error: unknown): Failure {
  const message = messageOf(error);
  const code = (error as { code?: unknown } | null)?.code;
  const [firstLine] = message.split('\n') as [string];
  if (message.includes('native addon module')) return notBuilt(name);
  if (code === 'MODULE_NOT_FOUND') {
    if (firstLine.includes(`'${name}'`)) return absent(name);
    return { reason: `${name} is not installed completely: ${firstLine}`, remedy: `npm install ${name}@4.22.0` };
  }
  if (code === 'ERR_DLOPEN_FAILED') {
    return {
      reason: `${name} needs a library that is missing: ${firstLine}`,
      remedy: `npm rebuild ${name} --build-addon-from-source`,
    };
  }
  return { reason: `${name} did not load: ${firstLine}`, remedy: `npm install ${name}@4.22.0` };
}
