// npm run azureml:python: the Python environment with Microsoft's client and MLflow that some tests of the stand-in need.
import { spawnSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const folder = process.env.INNEREYE_AZUREML_PYTHON ?? join(homedir(), '.cache', 'innereye', 'azureml-python');
const steps = [
  ['python3', '-m', 'venv', folder],
  [join(folder, 'bin', 'pip'), 'install', '--requirement', 'test/azureml/python/requirements.txt'],
];
for (const [program, ...rest] of steps) {
  const { status, error } = spawnSync(program, rest, { stdio: 'inherit' });
  if (status === 0) continue;
  console.error(error ? `${program}: ${error.message}` : `${program} ended with ${status}.`);
  process.exit(1);
}
// Says that all is there, and of which versions.
copyFileSync('test/azureml/python/requirements.txt', join(folder, 'requirements.txt'));
console.log(`The environment is in ${folder}.`);
