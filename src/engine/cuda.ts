import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** CUDA's libraries that TensorFlow opens, each after those that it needs itself. */
const inOrder = [
  'libcudart',
  'libnvJitLink',
  'libnvrtc',
  'libcupti',
  'libcublasLt',
  'libcublas',
  'libcufft',
  'libcurand',
  'libcusparse',
  'libcusolver',
  'libcudnn',
  'libnccl',
];

/**
 * The CUDA libraries installed beside a library, in the order in which they must be loaded. TensorFlow asks the system
 * for them by name, and the system gives what the process has loaded already: no LD_LIBRARY_PATH is needed.
 */
export function cudaLibraries(folder: string): string[] {
  const cuda = join(folder, 'cuda');
  let names: string[];
  try {
    names = readdirSync(cuda);
  } catch {
    return [];
  }
  return inOrder.flatMap(stem =>
    names.filter(name => name.startsWith(`${stem}.so`)).map(name => join(cuda, name)),
  );
}
