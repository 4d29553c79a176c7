import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { alias: [{ find: /^@tensorflow\/tfjs$/, replacement: '@tensorflow/tfjs-core' }] },
  test: {
    include: ['{src,server,extension,webviews,test}/**/*.test.{ts,tsx}'],
    exclude: ['test/vscode/**', 'test/e2e/**', 'node_modules/**'],
    globalSetup: ['test/loader-worker-build.ts'],
    // TensorFlow cannot be unloaded: a process of its own for every test file.
    pool: 'forks',
    server: { deps: { inline: [/@tensorflow\//] } },
    testTimeout: 30_000,
    // Loading the engine takes its time on a busy machine.
    hookTimeout: 60_000,
  },
});
