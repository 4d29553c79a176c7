// A Python environment of the benchmarks' own, made once in .bench/venv.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Installs packages where they are not there yet. @returns path of the interpreter. */
export function pythonWith(packages) {
  const folder = resolve('.bench/venv');
  const python = join(folder, 'bin/python');
  const stamp = join(folder, '.packages');
  mkdirSync('.bench', { recursive: true });
  if (!existsSync(python)) execFileSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' });
  const installed = existsSync(stamp) ? readFileSync(stamp, 'utf8').split('\n') : [];
  const missing = packages.filter(name => !installed.includes(name));
  if (missing.length > 0) {
    console.log(`installing ${missing.join(', ')} (once)`);
    execFileSync(python, ['-m', 'pip', 'install', '--quiet', ...missing], { stdio: 'inherit' });
    writeFileSync(stamp, [...installed, ...missing].join('\n'));
  }
  return python;
}
