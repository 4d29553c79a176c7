// A Python environment of the benchmarks' own, made once in .bench/venv.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * An interpreter that has the packages, which are installed where they are not there yet.
 * @param install false: only an environment that has them already is taken
 * @returns its path; undefined where it may not be made
 */
export function pythonWith(packages, { install = true } = {}) {
  const folder = resolve('.bench/venv');
  const python = join(folder, 'bin/python');
  const stamp = join(folder, '.packages');
  const installed = existsSync(stamp) ? readFileSync(stamp, 'utf8').split('\n') : [];
  const missing = packages.filter(name => !installed.includes(name));
  if (missing.length === 0 && existsSync(python)) return python;
  if (!install) return undefined;
  mkdirSync('.bench', { recursive: true });
  if (!existsSync(python)) execFileSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' });
  console.log(`installing ${missing.join(', ')} (once)`);
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', ...missing], { stdio: 'inherit' });
  writeFileSync(stamp, [...installed, ...missing].join('\n'));
  return python;
}
