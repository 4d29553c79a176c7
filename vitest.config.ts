import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { alias: [{ find: /^@tensorflow\/tfjs$/, replacement: '@tensorflow/tfjs-core' }] },
  test: {
    include: ['{src,server,extension,webviews,test}/**/*.test.{ts,tsx}'],
    exclude: ['test/vscode/**', 'test/e2e/**', 'node_modules/**'],
    globalSetup: ['test/loader-worker-build.ts'],
    // TensorFlow cannot be unloaded: a process of its own for every test file.
    pool: 'forks',
    // Vitest leaves one core free; on two of them that is half of the machine.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    server: { deps: { inline: [/@tensorflow\//] } },
    // A machine that is busy with other work takes many times as long.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
