import { lstatSync } from 'node:fs';

/** Names of files that by custom hold passwords, tokens or private keys; examples of them are for everybody. */
const secretName =
  /^(\.env(\..+)?|.+\.env|\.envrc|\.npmrc|\.yarnrc(\.yml)?|\.pypirc|\.netrc|_netrc|\.git-credentials|\.dockercfg|\.docker|\.htpasswd|\.pgpass|\.my\.cnf|\.aws|\.ssh|\.gnupg|\.kube|id_(rsa|dsa|ecdsa|ed25519)|.+\.(pem|key|p12|pfx|jks|keystore|kdbx|ppk|asc|gpg)|(.*[-_.])?(credentials?|secrets?|passwords?|tokens?)(\.(json|ya?ml|toml|ini|txt|env|cfg|conf))?|service[-_]account.*\.json)$/i;
const exampleName = /[._-](example|sample|template|dist|defaults?)$/i;

/**
 * Why a changed or untracked file stays out of `git.diff`, which is shared with a run: its name is that of a file with
 * secrets, or its owner lets no others read it. Undefined where it may go in.
 * @param name its path from the root, as the bytes git gave
 */
export function secretReason(root: string, name: Buffer): string | undefined {
  const parts = name.toString().split('/');
  const isSecret = (part: string) => secretName.test(part) && !exampleName.test(part);
  if (isSecret(parts.at(-1)!) || parts.slice(0, -1).some((part) => /^\.(aws|ssh|gnupg|kube|docker)$/.test(part))) {
    return 'may hold secrets';
  }
  return isPrivate(root, name) ? 'not readable by others' : undefined;
}

/** Where the umask keeps everything from others, a file is private on purpose no more than any other. */
function isPrivate(root: string, name: Buffer): boolean {
  if (process.platform === 'win32' || (process.umask() & 0o044) === 0o044) return false;
  const status = lstatSync(Buffer.concat([Buffer.from(`${root}/`), name]), { throwIfNoEntry: false });
  return status?.isFile() === true && (status.mode & 0o044) === 0;
}
