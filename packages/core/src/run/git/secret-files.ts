import { lstatSync } from 'node:fs';

/** Names of files that usually contain passwords, tokens or private keys. Example files are public. */
const secretName =
  /^(\.env(\..+)?|.+\.env|\.envrc|\.npmrc|\.yarnrc(\.yml)?|\.pypirc|\.netrc|_netrc|\.git-credentials|\.dockercfg|\.docker|\.htpasswd|\.pgpass|\.my\.cnf|\.aws|\.ssh|\.gnupg|\.kube|id_(rsa|dsa|ecdsa|ed25519)|.+\.(pem|key|p12|pfx|jks|keystore|kdbx|ppk|asc|gpg)|(.*[-_.])?(credentials?|secrets?|passwords?|tokens?)(\.(json|ya?ml|toml|ini|txt|env|cfg|conf))?|service[-_]account.*\.json)$/i;
const exampleName = /[._-](example|sample|template|dist|defaults?)$/i;

/**
 * Why a changed or untracked file is omitted from `git.diff`, which is shared with a run: its name is that of a file with
 * secrets, or others may not read it. Undefined if it may be included.
 * @param name its path from the root, as the bytes that git printed
 */
export function secretReason(root: string, name: Buffer): string | undefined {
  const parts = name.toString().split('/');
  const isSecret = (part: string) => secretName.test(part) && !exampleName.test(part);
  if (isSecret(parts.at(-1)!) || parts.slice(0, -1).some((part) => /^\.(aws|ssh|gnupg|kube|docker)$/.test(part))) {
    return 'may hold secrets';
  }
  return isPrivate(root, name) ? 'not readable by others' : undefined;
}

/** With a umask that hides every new file from others, permissions do not show which files are private. */
function isPrivate(root: string, name: Buffer): boolean {
  if (process.platform === 'win32' || (process.umask() & 0o044) === 0o044) return false;
  const status = lstatSync(Buffer.concat([Buffer.from(`${root}/`), name]), { throwIfNoEntry: false });
  return status?.isFile() === true && (status.mode & 0o044) === 0;
}
