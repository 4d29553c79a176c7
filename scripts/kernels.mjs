// npm run kernels: compiles src/volume/kernels/assembly to WebAssembly, into src/volume/kernels/compiled.ts.
import { readFileSync, writeFileSync } from 'node:fs';
import asc from 'assemblyscript/asc';

export const COMPILED = 'src/volume/kernels/compiled.ts';

/** @returns the module's text. The same source gives the same text. @throws what the compiler says. */
export async function compileKernels() {
  let binary;
  const options =
    '-O3 --runtime stub --enable simd --noAssert --zeroFilledMemory --use abort= -o kernels.wasm';
  const { error, stderr } = await asc.main(['src/volume/kernels/assembly/index.ts', ...options.split(' ')], {
    readFile: name => readText(name),
    writeFile: (_, contents) => {
      binary = contents;
    },
    listFiles: () => [],
  });
  if (error) throw new Error(`the kernels do not compile: ${stderr.toString()}`);
  const lines = Buffer.from(binary)
    .toString('base64')
    .match(/.{1,100}/g);
  return `// Compiled from assembly/ by \`npm run kernels\`.
export const KERNELS_BASE64 = [
${lines.map(line => `  '${line}',`).join('\n')}
].join('');
`;
}

function readText(name) {
  try {
    return readFileSync(name, 'utf8');
  } catch {
    return null;
  }
}

if (process.argv[1]?.endsWith('kernels.mjs')) writeFileSync(COMPILED, await compileKernels());
