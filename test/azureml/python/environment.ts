import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where `npm run azureml:python` makes the environment of requirements.txt, once a user. */
export const pythonFolder = (): string =>
  process.env.INNEREYE_AZUREML_PYTHON ?? join(homedir(), '.cache', 'innereye', 'azureml-python');

/** The Python that has azure-ai-ml and mlflow in the versions that are asked for, or why there is none. */
export function findPython(): { readonly program: string } | { readonly missing: string } {
  const folder = pythonFolder();
  const made = join(folder, 'requirements.txt');
  const wanted = readFileSync('test/azureml/python/requirements.txt', 'utf8');
  if (existsSync(made) && readFileSync(made, 'utf8') === wanted)
    return { program: join(folder, 'bin', 'python') };
  return { missing: `skipped: ${folder} is missing or of other versions; npm run azureml:python makes it` };
}
