import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { importConfigCommand } from './import-config.ts';
import { resolveCommand } from './resolve.ts';

const folder = mkdtempSync(join(tmpdir(), 'innereye-commands-test-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

async function run(command: ReturnType<typeof resolveCommand>, ...args: string[]) {
  const printed = { out: '', error: '' };
  vi.spyOn(console, 'log').mockImplementation((text: string) => {
    printed.out += `${text}\n`;
  });
  vi.spyOn(console, 'error').mockImplementation((text: string) => {
    printed.error += `${text}\n`;
  });
  vi.spyOn(process.stdout, 'write').mockImplementation(text => {
    printed.out += String(text);
    return true;
  });
  await command.parseAsync(args, { from: 'user' });
  return printed;
}

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

describe('innereye resolve', () => {
  it('prints each value with its origin', async () => {
    const file = write('a.innereye.yaml', 'extends: innereye/hippocampus\ndataset: {path: .}\n');
    const { out, error } = await run(resolveCommand(), file, '--set', 'training.epochs=9');
    expect(error).toBe('');
    expect(out).toMatch(/^training\.epochs +9 +command line \(over preset:innereye\/hippocampus:\d+:\d+/m);
    expect(out).toMatch(/^architecture\.levels +5 +preset:innereye\/segmentation-unet3d:\d+:\d+$/m);
    expect(out).toMatch(/^training\.precision +auto +default$/m);
  });

  it('prints what is wrong, and fails', async () => {
    const file = write('b.innereye.yaml', 'extends: innereye/hippocampus\ndataset: {path: ., fromat: csv}\n');
    const { error } = await run(resolveCommand(), file);
    expect(error).toContain(
      `error: unknown key \`fromat\` in \`dataset\`\n  at ${file}:2:20\n  Did you mean \`format\`?`,
    );
    expect(process.exitCode).toBe(1);
  });

  it('prints JSON for programs', async () => {
    const file = write('c.innereye.yaml', 'extends: innereye/hippocampus\ndataset: {path: .}\n');
    const { out } = await run(resolveCommand(), file, '--json');
    const { settings, origins, files, diagnostics } = JSON.parse(out);
    expect(settings.training.epochs).toBe(200);
    expect(origins['training.epochs'].kind).toBe('file');
    expect(files).toHaveLength(4);
    expect(diagnostics).toEqual([]);
  });
});

describe('innereye import-config', () => {
  it('writes a configuration, and says what needs attention', async () => {
    const args = write(
      'args.txt',
      '\nArguments:\n\tarchitecture : UNet3D\n\tnum_epochs : 7\n\tmonitor_gpu : True\n',
    );
    const output = join(folder, 'imported.innereye.yaml');
    const { error } = await run(importConfigCommand(), args, '--output', output);
    expect(readFileSync(output, 'utf8')).toMatch(/epochs: 7/);
    expect(error).toContain('without a counterpart: monitor_gpu: true');
  });

  it('does not write over a file unless told to, and says that it wrote', async () => {
    const args = write('again.txt', 'num_epochs: 7\n');
    const output = write('mine.innereye.yaml', 'mine');
    await expect(run(importConfigCommand(), args, '--output', output)).rejects.toThrow('exists already');
    expect(readFileSync(output, 'utf8')).toBe('mine');
    const { error } = await run(importConfigCommand(), args, '--output', output, '--force');
    expect(error).toContain(`${output} is written.`);
    expect(error).toContain('to check: dataset.path:');
  });

  it('refuses what is a configuration already', async () => {
    const file = write('new.innereye.yaml', 'name: x\ntask: segmentation\ndataset: {path: .}\n');
    await expect(run(importConfigCommand(), file)).rejects.toMatchObject({
      message: expect.stringContaining('no settings of an InnerEye model'),
      remedy: expect.stringContaining('configuration already'),
    });
  });
});
