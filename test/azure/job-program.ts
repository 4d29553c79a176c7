import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { description } from '../azureml/control.ts';
import { StandIn } from '../azureml/stand-in.ts';
import { buildCommandLine } from '../command-line.ts';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A stand-in whose images have this program in them, and the program signed in to it. */
export interface JobProgram {
  readonly standIn: StandIn;
  readonly folder: string;
  /** Settings that name the workspace, for `azure:` of a configuration. */
  readonly place: Readonly<Record<string, string>>;
  run(args: readonly string[], environment?: NodeJS.ProcessEnv): Promise<Ended>;
  close(): Promise<void>;
}

export async function startJobProgram(): Promise<JobProgram> {
  const folder = await mkdtemp(join(tmpdir(), 'innereye-azure-'));
  const built = await buildCommandLine();
  const bin = join(folder, 'bin');
  await mkdir(bin);
  const shim = `#!/bin/sh\nexec "${process.execPath}" "${built.program}" "$@"\n`;
  await writeFile(join(bin, 'innereye'), shim);
  await chmod(join(bin, 'innereye'), 0o755);
  const worker = process.env.INNEREYE_LOADER_WORKER;
  const standIn = await StandIn.start({
    image: {
      PATH: `${bin}${delimiter}${process.env.PATH}`,
      ...(worker !== undefined && { INNEREYE_LOADER_WORKER: worker }),
    },
  });
  const { azure, environment: signedIn } = description({
    at: () => standIn.origin,
    authorityFile: standIn.authorityFile,
  });
  const { cluster: _, datastore: __, ...place } = azure;
  return {
    standIn,
    folder,
    place,
    run: (args, environment = {}) =>
      new Promise(resolve => {
        const env = { ...process.env, ...signedIn, ...environment };
        const child = spawn(process.execPath, [built.program, ...args], { cwd: folder, env });
        let [stdout, stderr] = ['', ''];
        child.stdout.on('data', data => {
          stdout += data;
        });
        child.stderr.on('data', data => {
          stderr += data;
        });
        child.once('close', code => resolve({ code, stdout, stderr }));
      }),
    close: async () => {
      await standIn.close();
      built.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
