import { basename } from 'node:path';

/** Names of files that hold secrets by custom. */
const SECRET_FILES: readonly RegExp[] = [
  /^\.env(\..+)?$/i,
  /^\.(npmrc|pypirc|netrc|pgpass|git-credentials|dockercfg|htpasswd)$/i,
  /^_netrc$/i,
  /\.(pem|key|pfx|p12|jks|keystore|kdbx|ppk|gpg|asc|publishsettings)$/i,
  /^id_(rsa|dsa|ecdsa|ed25519)/i,
  /(^|[._-])(secrets?|credentials?|password|passwd|tokens?|apikeys?)([._-]|$)/i,
  /^service[._-]?account.*\.json$/i,
  /^(InnerEyePrivateSettings\.yml|InnerEyeTestVariables\.txt)$/i,
];

/** Folders that hold secrets by custom. */
const SECRET_FOLDERS = new Set(['.ssh', '.aws', '.azure', '.gnupg', '.kube', '.docker']);

/** Texts that are secrets whatever the file is called: what it is, and how it looks. */
const SECRET_TEXTS: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY/],
  ['the key of a storage account', /\bAccountKey\s*=\s*[A-Za-z0-9+/]{40,}/],
  ['a shared access signature', /[?&]sig=[A-Za-z0-9%+/]{20,}/],
  ['a JSON web token', /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/],
  ['an access key of AWS', /\bAKIA[0-9A-Z]{16}\b/],
  ['a token of GitHub', /\b(gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,})/],
  ['a token of Hugging Face', /\bhf_[A-Za-z0-9]{30,}/],
  [
    'a password or key',
    /(?<![A-Za-z0-9])[A-Za-z0-9_]*(password|passwd|secret|api_?key|access_?key|(access|auth)_?token)(_[A-Za-z0-9_]*)?["']?\s*[:=]\s*["']?[A-Za-z0-9+/=_.~!@#%^&*-]{12,}/i,
  ],
  // Programs call much else a token: a secret one has digits, and no dots of method calls.
  [
    'a token',
    /(?<![A-Za-z0-9])[A-Za-z0-9_]*token["']?\s*[:=]\s*["']?(?=[A-Za-z_-]*\d)[A-Za-z0-9+/=_~-]{16,}/i,
  ],
  ['a password in an address', /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"']+:[^\s/@"']{3,}@/i],
];

/** Why the name of a file says that it holds a secret; undefined where it does not. `path` has slashes. */
export function secretByName(path: string): string | undefined {
  const folder = path
    .split('/')
    .slice(0, -1)
    .find(part => SECRET_FOLDERS.has(part));
  if (folder !== undefined) return `${folder} holds secrets`;
  return SECRET_FILES.some(pattern => pattern.test(basename(path)))
    ? 'files of this name hold secrets'
    : undefined;
}

export interface FoundSecret {
  /** Such as `a private key`; never the secret. */
  readonly what: string;
  /** From 1. */
  readonly line: number;
}

/** The first secret in a text, as far as secrets can be told by their looks. */
export function secretInText(text: string): FoundSecret | undefined {
  let first: (FoundSecret & { readonly at: number }) | undefined;
  for (const [what, pattern] of SECRET_TEXTS) {
    const at = pattern.exec(text)?.index;
    if (at === undefined || (first && first.at <= at)) continue;
    first = { what, line: text.slice(0, at).split('\n').length, at };
  }
  return first && { what: first.what, line: first.line };
}
