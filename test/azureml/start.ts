import { dirname } from 'node:path';
import { stringify } from 'yaml';
import { description } from './control.ts';
import { StandIn } from './stand-in.ts';

// What a job's image brings: this Node.js, and with STAND_IN_PATH whatever else is to be found by name.
const path = [dirname(process.execPath), process.env.STAND_IN_PATH, process.env.PATH]
  .filter(Boolean)
  .join(':');
const starting = StandIn.start({ port: Number(process.env.STAND_IN_PORT ?? 0), image: { PATH: path } });

let ending = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    if (ending) return;
    ending = true;
    // Whatever was begun is there to be ended.
    starting.then(standIn => standIn.close()).then(() => process.exit(0));
  });

const standIn = await starting;
const { origin, authorityFile, azure, environment } = description({
  at: () => standIn.origin,
  authorityFile: standIn.authorityFile,
});

console.log(`The stand-in of AzureML listens at ${origin}; its authority is in ${authorityFile}.`);
console.log('\nIn a configuration or settings:\n');
console.log(stringify({ azure }));
console.log('In the shell that the command line or VS Code is started from:\n');
for (const [name, value] of Object.entries(environment)) console.log(`export ${name}=${value}`);
console.log('\nCtrl-C ends it.');
