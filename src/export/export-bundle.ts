import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  BUNDLE_MANIFEST,
  type BundleManifest,
  modelNameSchema,
  type ScalarBundle,
  type SegmentationBundle,
} from '../contracts/bundle.ts';
import { SPLIT_FILE } from '../contracts/split.ts';
import { openEngine } from '../engine/engine.ts';
import { writeArchive } from '../foundation/archive.ts';
import { Fault } from '../foundation/fault.ts';
import { requireNew } from '../foundation/overwriting.ts';
import type { Combination } from '../inference/combine-posteriors.ts';
import { openRunModel } from '../runs/predicting-model.ts';
import { nameInFolder, openRun, type Run } from '../runs/run-folder.ts';
import { openScalarModel } from '../runs/scalar/scalar-model.ts';
import { scalarSettingsForBundle, settingsForBundle, settingsInManifest } from './bundled-settings.ts';
import { type BundleName, describeScalar, describeSegmentation, NOTICE } from './describe-bundle.ts';
import { type BundleFile, memberFiles } from './member-files.ts';
import { scalarMemberFiles } from './scalar-member-files.ts';

export interface ExportOptions {
  /** Default: the name of the run, with "-" for what an address cannot hold. */
  readonly name?: string;
  readonly version: number;
  /** Path of the bundle; default: NAME-VERSION.innereye.zip in the folder that is given. */
  readonly output?: string;
  readonly folder: string;
  /** Write over a file that is there. */
  readonly force?: boolean;
}

/**
 * Makes a bundle of the model of a run: one archive with all that predicting takes, for this program and for others.
 * @returns its path and manifest.
 * @throws Fault where there is a file of its name, the run is not finished, needs plugins, or the name cannot be part of an address.
 */
export async function exportBundle(
  runFolder: string,
  options: ExportOptions,
): Promise<{ file: string; manifest: BundleManifest }> {
  const run = await openRun(runFolder);
  const name = options.name ?? addressable(nameInFolder(run.folder));
  if (!modelNameSchema.safeParse(name).success) {
    throw new Fault(`"${name}" cannot be the name of a model: it becomes part of addresses`, {
      remedy: 'Name it with letters, digits, "_", "-" and "." by --name.',
    });
  }
  const file = options.output ?? join(options.folder, `${name}-${options.version}.innereye.zip`);
  requireNew(file, 'the bundle', options.force);
  const created = new Date();
  const naming = { name, version: options.version, created };
  const made = await (run.manifest.task === 'segmentation' ? segmentation : scalar)(run, naming);
  const texts = [
    text('LICENSE.txt', `${NOTICE}\n`),
    text('README.md', readme(name, options.version, made.description)),
  ];
  const files = [...texts, ...made.files];
  const manifest: BundleManifest = {
    ...made.description,
    files: files.map(({ name: path, content }) => ({
      name: path,
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
    })),
  };
  await writeArchive(file, [text(BUNDLE_MANIFEST, `${JSON.stringify(manifest, null, 2)}\n`), ...files], {
    time: created,
  });
  return { file, manifest };
}

interface Made {
  readonly files: readonly BundleFile[];
  readonly description: Omit<SegmentationBundle, 'files'> | Omit<ScalarBundle, 'files'>;
}

const aboutOf = ({ name, version }: BundleName) => ({ name: `${name}:${version}`, notice: NOTICE });

async function segmentation(run: Run, name: BundleName): Promise<Made> {
  const model = await openRunModel(run.folder);
  const settings = settingsForBundle(model.settings);
  await openEngine();
  const members = model.members.map((learned, index) => {
    const own = learned.own ? { ...learned.own, settings: settingsForBundle(learned.own.settings) } : model;
    const { files, description } = memberFiles(own, learned, `members/${index}`, aboutOf(name));
    return {
      files,
      description: {
        ...description,
        ...(learned.own && { configuration: settingsInManifest(own.settings) }),
      },
    };
  });
  return {
    files: members.flatMap(({ files }) => files),
    description: {
      ...describeSegmentation(name, settings, run, await subjectsOf(model.runFolder ?? run.folder)),
      members: members.map(({ description }) => description),
      ...combinationOf(model),
    },
  };
}

async function scalar(run: Run, name: BundleName): Promise<Made> {
  const model = await openScalarModel(run.folder);
  const [first] = model.members;
  const settings = scalarSettingsForBundle(first!.settings);
  await openEngine();
  const members = model.members.map((member, index) => {
    const own = scalarSettingsForBundle(member.settings);
    const { files, description } = scalarMemberFiles(member, `members/${index}`, aboutOf(name));
    const other = JSON.stringify(own) !== JSON.stringify(settings);
    return {
      files,
      description: { ...description, ...(other && { configuration: settingsInManifest(own) }) },
    };
  });
  return {
    files: members.flatMap(({ files }) => files),
    description: {
      ...describeScalar(name, settings, run, await subjectsOf(model.runFolder ?? run.folder)),
      members: members.map(({ description }) => description),
      ...combinationOf(model),
    },
  };
}

const combinationOf = ({ combination }: { readonly combination?: Combination }) =>
  combination && { combination: { method: combination.method, weights: [...combination.weights] } };

const text = (name: string, content: string): BundleFile => ({ name, content: Buffer.from(content) });

/** A name as part of an address: with "-" for what that cannot hold. */
export const addressable = (name: string): string =>
  basename(name)
    .replace(/[^A-Za-z0-9_.-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 100);

/** How many subjects were in each split; not who they are. */
async function subjectsOf(folder: string): Promise<Record<string, number> | undefined> {
  try {
    const split = JSON.parse(await readFile(join(folder, SPLIT_FILE), 'utf8')) as Record<string, unknown>;
    const counts = Object.entries(split).flatMap(([name, list]) =>
      Array.isArray(list) ? [[name, list.length] as const] : [],
    );
    return Object.fromEntries(counts);
  } catch {
    // An ensemble has none of its own.
    return undefined;
  }
}

function readme(name: string, version: number, { task, channels, members }: Made['description']): string {
  const scans = channels.length > 0 ? ', beside the scans that it names' : '';
  const input = task === 'segmentation' ? 'SCAN' : 'TABLE.csv';
  const forms = members.every(member => member.onnx !== undefined)
    ? 'as ONNX, as TensorFlow SavedModel and as safetensors'
    : 'as TensorFlow SavedModel and as safetensors';
  return `# ${name}:${version}

${NOTICE}

\`manifest.json\` says what goes into the model, what comes out, and where it comes from. Predict with
\`innereye predict --model THIS.zip --input ${input} --output FOLDER\`, serve with \`innereye serve --model THIS.zip\`.${
    task === 'segmentation'
      ? ''
      : `\n\`TABLE.csv\` has a row a subject${task === 'sequence' ? ' and visit' : ''}${scans}.`
  }
\`members/N/\` holds each network ${forms}.
`;
}
