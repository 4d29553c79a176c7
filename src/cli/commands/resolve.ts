import { Command } from 'commander';
import { describeFault } from '../../foundation/fault.ts';
import { collect } from '../option-values.ts';

interface ResolveOptions {
  readonly set: readonly string[];
  readonly json?: boolean;
  readonly yaml?: boolean;
}

/** `innereye resolve`: every setting of a configuration, and where it comes from. */
export function resolveCommand(): Command {
  return new Command('resolve')
    .description('show every setting of a configuration with the file and line it comes from')
    .argument('<config>', 'a *.innereye.yaml file')
    .option('--set <key=value>', 'lay a value over the file; can be repeated', collect, [])
    .option('--json', 'settings, origins and findings as a JSON object')
    .option('--yaml', 'the resolved configuration as YAML, without origins')
    .action((config: string, options: ResolveOptions) => resolve(config, options));
}

async function resolve(config: string, { set, json = false, yaml = false }: ResolveOptions): Promise<void> {
  const { resolveFromDisk } = await import('../../config/load-configuration.ts');
  const { asFault } = await import('../../config/diagnostic.ts');
  const { BROKEN_BASE } = await import('../../config/resolve-configuration.ts');
  const { formatResolved } = await import('../../config/format-resolved.ts');
  const { listSettings } = await import('../../config/list-settings.ts');
  const resolved = resolveFromDisk(config, { set });
  const told = resolved.diagnostics.filter(({ code }) => code !== BROKEN_BASE);
  if (told.some(({ severity }) => severity === 'error')) process.exitCode = 1;
  if (json) {
    const { settings = null, files, origins, diagnostics } = resolved;
    const chain = files.map(({ file, kind }) => ({ file, kind }));
    console.log(
      JSON.stringify({ settings, files: chain, origins: Object.fromEntries(origins), diagnostics }, null, 2),
    );
    return;
  }
  if (yaml && resolved.settings !== undefined) process.stdout.write(formatResolved(resolved.settings));
  else if (resolved.settings !== undefined)
    console.log(listSettings(resolved.settings, resolved.origins, process.cwd()));
  for (const diagnostic of told)
    console.error(`${diagnostic.severity}: ${describeFault(asFault(diagnostic))}`);
}
