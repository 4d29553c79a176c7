import { createHash } from 'node:crypto';
import type { LocalFile, NewEnvironment } from '../workspace.ts';

/** Node.js and Debian that jobs run on, with the libraries that TensorFlow's needs. */
const BASE_IMAGE = 'docker.io/library/node:20-bookworm';

/**
 * The image of jobs: Node.js, this program with the packages that its bundles leave out, and the engine for GPUs with
 * its CUDA libraries, which needs of the node nothing but a driver.
 */
export const dockerfile = (): string => `FROM ${BASE_IMAGE}
RUN apt-get update \\
 && apt-get install -y --no-install-recommends python3 python3-pip \\
 && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/innereye
COPY package.json ./
RUN npm install --omit=dev --no-audit --no-fund
COPY dist ./dist
RUN chmod +x dist/innereye.js && ln -s /opt/innereye/dist/innereye.js /usr/local/bin/innereye
ENV INNEREYE_CACHE=/opt/innereye/cache \\
    NVIDIA_VISIBLE_DEVICES=all \\
    NVIDIA_DRIVER_CAPABILITIES=compute,utility
RUN innereye engine install --gpu && chmod -R a+rX /opt/innereye/cache
`;

/** What of this program's package.json the image needs. */
export interface ProgramPackage {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** Packages that the bundles leave in node_modules (`external` in scripts/bundling.mjs). */
const EXTERNAL = /^(koffi|h5wasm|@itk-wasm\/.+|itk-wasm|@tensorflow\/tfjs-backend-wasm|esbuild)$/;

/** The environment that is built of this program: another one whenever anything of it changes. */
export function ownEnvironment(
  program: ProgramPackage,
  bundles: readonly LocalFile[],
  bundlesHash: string,
): NewEnvironment {
  const dependencies = Object.fromEntries(
    Object.entries(program.dependencies).filter(([name]) => EXTERNAL.test(name)),
  );
  const manifest = {
    name: 'innereye',
    version: program.version,
    type: 'module',
    private: true,
    dependencies,
  };
  const context = [
    text('Dockerfile', dockerfile()),
    text('package.json', `${JSON.stringify(manifest, null, 2)}\n`),
    ...bundles,
  ];
  const hash = createHash('sha256').update(dockerfile()).update(JSON.stringify(manifest)).update(bundlesHash);
  return { name: 'innereye', version: `${program.version}-${hash.digest('hex').slice(0, 12)}`, context };
}

/** The environment of an image that the user names. */
export function imageEnvironment(image: string): NewEnvironment {
  const hash = createHash('sha256').update(image).digest('hex').slice(0, 12);
  return { name: 'innereye-image', version: hash, image };
}

/** The environment of an image that serves models. */
export function servingEnvironment(
  image: string,
  serves: { readonly port: number; readonly ready: string; readonly score: string },
): NewEnvironment {
  const hash = createHash('sha256')
    .update(JSON.stringify([image, serves]))
    .digest('hex')
    .slice(0, 12);
  return { name: 'innereye-serving', version: hash, image, serves };
}

const text = (path: string, content: string): LocalFile => ({
  path,
  source: { content },
  bytes: Buffer.byteLength(content),
});
