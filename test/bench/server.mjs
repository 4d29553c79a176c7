// npm run bench:server: how long the language server takes to answer a key stroke, and what it does while idle.

import { spawnSync } from 'node:child_process';
import { bundle } from './bundle.mjs';

const program = await bundle('test/bench/server-session.ts');
process.exitCode = spawnSync(process.execPath, [program], { stdio: 'inherit' }).status ?? 1;
