import { type ChildProcess, spawn, spawnSync } from 'node:child_process';

/** A command that serves until Ctrl-C. */
const serves = /^npx forge ui\b/;

export interface CommandOutcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a command of a page as a shell does. One that serves is stopped with Ctrl-C as soon as the URL that it prints
 * answers with a page; it has status 0 if it ends by that.
 */
export async function runCommand(command: string, cwd: string, env = process.env): Promise<CommandOutcome> {
  if (!serves.test(command)) return spawnSync('bash', ['-c', command], { cwd, encoding: 'utf8', env });
  // A group of its own gets the signal, as all processes of a terminal do.
  const shell = spawn('bash', ['-c', command], { cwd, env, detached: true });
  const output = { stdout: '', stderr: '' };
  shell.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  shell.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  const ended = new Promise<unknown>((resolve) => shell.on('close', (code, signal) => resolve(code ?? signal)));
  try {
    const url = await untilUrl(shell, () => output.stdout);
    const page = await openPage(url);
    if (!page.includes('<title>Forge')) throw new Error(`${url} answers with: ${page.slice(0, 200)}`);
    process.kill(-shell.pid!, 'SIGINT');
    const end = await ended;
    // The command ends with 0; npm's npx ends itself by the signal.
    if (end !== 0 && end !== 130 && end !== 'SIGINT') throw new Error(`Ctrl-C ended it with ${end}.`);
    if (await answers(url)) throw new Error(`${url} answers after Ctrl-C.`);
    return { ...output, status: 0 };
  } catch (error) {
    return { ...output, status: 1, stderr: `${output.stderr}\n${String(error)}` };
  } finally {
    if (shell.exitCode === null && shell.signalCode === null) process.kill(-shell.pid!, 'SIGKILL');
  }
}

async function untilUrl(shell: ChildProcess, stdout: () => string): Promise<string> {
  for (const end = Date.now() + 60_000; Date.now() < end; ) {
    const url = /^http:\S+$/m.exec(stdout())?.[0];
    if (url !== undefined && stdout().includes('\n')) return url;
    if (shell.exitCode !== null) throw new Error(`It ended with ${shell.exitCode} before it printed a URL.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('It printed no URL within a minute.');
}

function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}

/** The page at a URL, as a browser opens it: a URL with a token sets a cookie, and redirects to one without it. */
async function openPage(url: string): Promise<string> {
  const first = await fetch(url, { redirect: 'manual' });
  const to = first.headers.get('location');
  if (to === null) return first.text();
  const cookie = first.headers.getSetCookie().map((text) => text.split(';')[0]);
  return (await fetch(new URL(to, url), { headers: { cookie: cookie.join('; ') } })).text();
}
