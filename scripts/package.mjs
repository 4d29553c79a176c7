// npm run package: the extension as a .vsix for this machine's platform, from dist/ as `npm run build` left it, or built now.
// node scripts/package.mjs [OUTPUT.vsix]
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createVSIX } from '@vscode/vsce';

/** Everything that is packaged beside package.json. Nothing else is. */
const CONTENTS = [
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'dist',
  'extension/icons',
  'extension/language',
  'extension/walkthrough',
];

/**
 * What the bundles leave in node_modules (`external` in bundling.mjs), and which of its files are loaded. The native
 * parts of koffi and esbuild are the installed ones: a package is for one platform.
 */
const PACKAGES = {
  koffi: /^(src|src\/koffi|src\/koffi\/src|(src\/koffi\/(src\/)?)?[^/]*\.c?js)$/,
  [`@koromix/koffi-${process.platform}-${process.arch}`]: /./,
  esbuild: /^(lib|lib\/main\.js)$/,
  [`@esbuild/${process.platform}-${process.arch}`]: /./,
  h5wasm: /^dist(\/node(\/.*\.js)?)?$/,
  '@itk-wasm/dicom': /^dist(\/[^/]*\.js|\/pipelines(\/read-image-dicom-file-series\..*)?)?$/,
  'itk-wasm': /^dist(\/(deprecated|interface-types|pipeline|pipeline\/internal|worker-pool))?(\/[^/]*\.js)?$/,
  '@thewtex/zstddec': /^dist(\/zstddec\.modern\.js)?$/,
};
const ALWAYS = /^(package\.json|licen[cs]e(\.\w+)?)$/i;

/** Copies of `package` what `files` names, to where the bundles find it before any other. */
function copyPackage(name, files, stage) {
  const from = join('node_modules', name);
  cpSync(from, join(stage, 'dist', 'node_modules', name), {
    recursive: true,
    filter: source => {
      const path = source.slice(from.length + 1).replaceAll('\\', '/');
      return path === '' || ALWAYS.test(path) || files.test(path);
    },
  });
}

/** Benchmarks lie beside the product that they measure, and stay there. */
const isPackaged = source => !/\.(map|ts)$/.test(source) && source !== join('dist', 'bench');

const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const target = `${process.platform}-${process.arch}`;
const packagePath = process.argv[2] ?? `${manifest.name}-${target}-${manifest.version}.vsix`;
if (!existsSync('dist/extension.js'))
  execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });

// vsce can only leave out: what goes in is laid out in a folder of its own, which it packages as it is.
const stage = mkdtempSync(join(tmpdir(), 'innereye-package-'));
try {
  for (const path of CONTENTS.filter(path => existsSync(path)))
    cpSync(path, join(stage, path), { recursive: true, filter: isPackaged });
  for (const [name, files] of Object.entries(PACKAGES)) copyPackage(name, files, stage);
  const { scripts, dependencies, devDependencies, ...kept } = manifest;
  writeFileSync(join(stage, 'package.json'), JSON.stringify(kept, null, 2));
  writeFileSync(join(stage, '.vscodeignore'), '# Everything here is packaged.\n');
  await createVSIX({
    cwd: stage,
    target,
    packagePath,
    dependencies: false,
    // Links of the README go to files that the package does not hold.
    rewriteRelativeLinks: false,
    allowMissingRepository: true,
    // Looking through bundles for secrets takes longer than building them; every packaged file is named above.
    allowPackageAllSecrets: true,
    allowPackageEnvFile: true,
  });
} finally {
  rmSync(stage, { recursive: true, force: true });
}
console.log(`${basename(packagePath)}: ${(statSync(packagePath).size / 2 ** 20).toFixed(1)} MB`);
