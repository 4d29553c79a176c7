import { createHash } from 'node:crypto';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BuildFailure } from 'esbuild';
import { Fault, Faults } from '../../foundation/fault.ts';
import { requireRegular } from '../../foundation/regular-file.ts';
import { type HostModules, hostModulesPlugin } from './host-modules.ts';

/**
 * Compiles a TypeScript or JavaScript module with everything that it imports, and runs it. Its source map stays in the
 * running code, so that debuggers and stack traces show the lines of the source.
 * @throws Fault, or Faults, with file and line of what cannot be compiled or fails when it runs.
 */
export async function importPlugin(file: string, modules: HostModules): Promise<Record<string, unknown>> {
  const code = await compile(file, modules, { sourcemap: 'inline' });
  process.setSourceMapsEnabled(true);
  const folder = await mkdtemp(join(tmpdir(), 'innereye-plugin-'));
  const name = `${basename(file).replace(/\W/g, '-')}-${createHash('sha256').update(code).digest('hex').slice(0, 12)}`;
  const compiled = join(folder, `${name}.mjs`);
  try {
    await writeFile(compiled, code);
    return (await import(pathToFileURL(compiled).href)) as Record<string, unknown>;
  } catch (error) {
    throw runtimeFault(error, file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * A module with everything that it imports as one text, which changes whenever anything of it does.
 * @throws Fault, or Faults, as `importPlugin`.
 */
export const pluginCode = (file: string, modules: HostModules): Promise<string> =>
  compile(file, modules, { sourcemap: false });

async function compile(
  file: string,
  modules: HostModules,
  { sourcemap }: { readonly sourcemap: 'inline' | false },
): Promise<string> {
  await requireModule(file);
  const { build } = await import('esbuild');
  try {
    const { outputFiles } = await build({
      entryPoints: [file],
      absWorkingDir: dirname(file),
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      sourcemap,
      sourceRoot: pathToFileURL(`${dirname(file)}/`).href,
      outfile: join(dirname(file), 'plugin.mjs'),
      logLevel: 'silent',
      plugins: [hostModulesPlugin(modules)],
    });
    return outputFiles[0].text;
  } catch (error) {
    throw compileFault(error, file);
  }
}

/** Longer files are no modules that someone wrote. */
const MAXIMUM_BYTES = 10e6;

/** @throws Fault where the compiler would wait at a pipe or read a device without end. What is missing it says itself. */
async function requireModule(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  try {
    if (found !== undefined) requireRegular(found, MAXIMUM_BYTES);
  } catch (error) {
    throw new Fault(`the plugin cannot be read: ${(error as Error).message}`, {
      place: { file },
      remedy: 'Name a TypeScript or JavaScript file.',
    });
  }
}

function compileFault(error: unknown, file: string): unknown {
  const errors = (error as Partial<BuildFailure>).errors ?? [];
  const faults = errors.map(({ text, location }) => {
    const place = location
      ? { file: join(dirname(file), location.file), line: location.line, column: location.column + 1 }
      : { file };
    return new Fault(`the plugin cannot be compiled: ${text}`, {
      place,
      remedy: 'Mend the module.',
      cause: error,
    });
  });
  if (faults.length === 0) return error;
  return faults.length === 1 ? faults[0] : new Faults(`the plugin ${file} cannot be compiled`, faults);
}

/** A fault for what a module threw while it was loaded, with the source's line as far as the stack names it. */
export function runtimeFault(error: unknown, file: string): Fault {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const [, line, column] =
    /\.[cm]?[jt]sx?:(\d+):(\d+)/.exec(stack.slice(stack.indexOf(basename(file)))) ?? [];
  return new Fault(`the plugin fails: ${error instanceof Error ? error.message : String(error)}`, {
    place: line === undefined ? { file } : { file, line: Number(line), column: Number(column) },
    remedy: 'Mend the module.',
    cause: error,
  });
}
