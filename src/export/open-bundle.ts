import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { requireSegmentation } from '../config/require-segmentation.ts';
import { configurationSchema } from '../config/schema/configuration.ts';
import { BUNDLE_FORMAT, BUNDLE_MANIFEST, type BundleManifest, bundleSchema } from '../contracts/bundle.ts';
import { type ArchiveEntry, type ArchiveLimits, eachArchiveEntry } from '../foundation/archive.ts';
import { Fault } from '../foundation/fault.ts';
import { type LearnedWeights, openRunModel, type PredictingModel } from '../runs/predicting-model.ts';
import { nameInFolder } from '../runs/run-folder.ts';
import { loadRunPlugins } from '../runs/run-plugins.ts';
import { modelOf } from '../runs/trained-model.ts';
import { checkpointOf } from '../training/checkpoint.ts';
import { learnedOf } from '../training/learned.ts';
import { decodeSafetensors } from '../training/safetensors.ts';
import { addressable } from './export-bundle.ts';

/** A network of a gigabyte in three forms, five times. */
const LIMITS: ArchiveLimits = { entries: 1000, bytes: 16 * 2 ** 30 };
const LARGEST_MANIFEST = 16 * 2 ** 20;
/** Weights are held in memory. */
const LARGEST_WEIGHTS = 2 * 2 ** 30;

export interface Bundle {
  readonly manifest: BundleManifest;
  readonly model: PredictingModel;
}

/**
 * Reads a bundle. Nothing in it is executed, and every file is what the manifest says, so that a bundle from anybody is
 * safe to open.
 * @throws Fault where it is no bundle, damaged, or does not fit together.
 */
export async function openBundle(file: string): Promise<Bundle> {
  const { manifest, contents } = await readFiles(file);
  const settings = requireSegmentation(settingsIn(manifest.configuration, file));
  if (settings.plugins.length > 0) throw unlike(file, 'its settings name plugins, which no bundle has');
  const plugins = await loadRunPlugins(settings);
  const members = manifest.members.map(({ weights, configuration }): LearnedWeights => {
    const own = configuration === undefined ? settings : requireSegmentation(settingsIn(configuration, file));
    const bytes = contents.get(weights);
    if (!bytes) throw unlike(file, `it has no file ${weights}`);
    const place = `${file}|${weights}`;
    const checkpoint = checkpointOf(decodeSafetensors(bytes, place), place, modelOf(own, plugins.models));
    return {
      ...learnedOf(checkpoint.variables),
      ...(configuration !== undefined && { own: { settings: own, plugins } }),
    };
  });
  const { combination, engine } = manifest;
  if (combination && combination.weights.length !== members.length) {
    throw unlike(file, 'it does not have as many weights as networks');
  }
  return { manifest, model: { settings, plugins, engine, members, ...(combination && { combination }) } };
}

/** A model by the path of its run or bundle. @returns it with its `NAME:VERSION`. @throws Fault where it is neither. */
export async function openModel(path: string): Promise<{ name: string; model: PredictingModel }> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) {
    throw new Fault('there is no such bundle or run', {
      place: { file: path },
      remedy:
        'Name a bundle that `innereye export` made, or the folder of a run; `innereye runs list` shows them.',
    });
  }
  if (!found.isFile())
    return { name: `${addressable(nameInFolder(path))}:1`, model: await openRunModel(path) };
  const { manifest, model } = await openBundle(path);
  return { name: `${manifest.name}:${manifest.version}`, model };
}

/** The manifest, and the files that predicting reads; all files are checked. */
async function readFiles(file: string): Promise<{ manifest: BundleManifest; contents: Map<string, Buffer> }> {
  let manifest: BundleManifest | undefined;
  const contents = new Map<string, Buffer>();
  const unseen = new Set<string>();
  await eachArchiveEntry(file, LIMITS, async entry => {
    if (manifest === undefined) {
      manifest = await readManifest(entry, file);
      for (const { name } of manifest.files) unseen.add(name);
      return;
    }
    const expected = manifest.files.find(({ name }) => name === entry.name);
    if (!expected) throw unlike(file, `its manifest does not know ${entry.name}`);
    const kept = manifest.members.some(({ weights }) => weights === entry.name);
    if (kept && entry.size > LARGEST_WEIGHTS) throw unlike(file, `${entry.name} is too large`);
    const hash = createHash('sha256');
    const chunks: Buffer[] = [];
    for await (const chunk of await entry.open()) {
      hash.update(chunk as Buffer);
      if (kept) chunks.push(chunk as Buffer);
    }
    if (entry.size !== expected.bytes || hash.digest('hex') !== expected.sha256) {
      throw unlike(file, `${entry.name} is not the file that the manifest describes`);
    }
    unseen.delete(entry.name);
    if (kept) contents.set(entry.name, Buffer.concat(chunks));
  });
  const [missing] = unseen;
  if (manifest === undefined) throw unlike(file, `it has no ${BUNDLE_MANIFEST}`);
  if (missing !== undefined) throw unlike(file, `it has no file ${missing}`);
  return { manifest, contents };
}

async function readManifest(entry: ArchiveEntry, file: string): Promise<BundleManifest> {
  if (entry.name !== BUNDLE_MANIFEST) throw unlike(file, `it does not begin with ${BUNDLE_MANIFEST}`);
  if (entry.size > LARGEST_MANIFEST) throw unlike(file, 'its manifest is too large');
  const chunks: Buffer[] = [];
  for await (const chunk of await entry.open()) chunks.push(chunk as Buffer);
  let value: unknown;
  try {
    value = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (error) {
    throw unlike(file, 'its manifest is not JSON', error);
  }
  const format = (value as { innereye_bundle?: unknown } | null)?.innereye_bundle;
  if (typeof format === 'number' && format > BUNDLE_FORMAT) {
    throw new Fault(`the bundle was made by a newer program: it has format ${format}`, {
      place: { file },
      remedy: 'Update innereye.',
    });
  }
  const parsed = bundleSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw unlike(file, `its manifest says at ${issue!.path.join('.') || 'the top'}: ${issue!.message}`);
}

function settingsIn(value: unknown, file: string) {
  const parsed = configurationSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw unlike(file, `its settings say at ${issue!.path.join('.')}: ${issue!.message}`);
}

const unlike = (file: string, what: string, cause?: unknown): Fault =>
  new Fault(`this is no bundle of a model, or it was changed: ${what}`, {
    place: { file },
    remedy: 'Export the model again, or copy the bundle again from where it is whole.',
    cause,
  });
