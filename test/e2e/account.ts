import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVSIX } from '@vscode/vsce';

/** The extension that stands in for a Microsoft account, as a package; see account/extension.cjs. */
export async function packAccount(): Promise<{ readonly vsix: string; remove(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'innereye-account-'));
  const stage = join(folder, 'extension');
  cpSync('test/e2e/account', stage, { recursive: true });
  const vsix = join(folder, 'account.vsix');
  await createVSIX({
    cwd: stage,
    packagePath: vsix,
    dependencies: false,
    allowMissingRepository: true,
    skipLicense: true,
  });
  return { vsix, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
