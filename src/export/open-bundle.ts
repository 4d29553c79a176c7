import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { requireSegmentation } from '../config/require-segmentation.ts';
import {
  type Configuration,
  configurationSchema,
  type ScalarConfiguration,
} from '../config/schema/configuration.ts';
import {
  BUNDLE_FORMAT,
  BUNDLE_MANIFEST,
  type BundleManifest,
  bundleSchema,
  type ScalarBundle,
  type SegmentationBundle,
} from '../contracts/bundle.ts';
import { targetNames } from '../dataset/scalar/parse-target.ts';
import { type ArchiveEntry, type ArchiveLimits, eachArchiveEntry } from '../foundation/archive.ts';
import { Fault } from '../foundation/fault.ts';
import type { NetworkWeights } from '../models/model.ts';
import { type LearnedWeights, openRunModel, type PredictingModel } from '../runs/predicting-model.ts';
import { nameInFolder, openRun } from '../runs/run-folder.ts';
import { loadRunPlugins } from '../runs/run-plugins.ts';
import {
  type LearnedScalar,
  openScalarModel,
  type ScalarPredictingModel,
} from '../runs/scalar/scalar-model.ts';
import { scalarModelOf } from '../runs/scalar/scalar-task.ts';
import type { TableFacts } from '../runs/scalar/table-facts.ts';
import { modelOf } from '../runs/trained-model.ts';
import { checkpointOf } from '../training/checkpoint.ts';
import { type Learned, learnedOf } from '../training/learned.ts';
import { decodeSafetensors } from '../training/safetensors.ts';
import { addressable } from './export-bundle.ts';

/** A network of a gigabyte in three forms, five times. */
const LIMITS: ArchiveLimits = { entries: 1000, bytes: 16 * 2 ** 30 };
const LARGEST_MANIFEST = 16 * 2 ** 20;
/** Weights are held in memory. */
const LARGEST_WEIGHTS = 2 * 2 ** 30;

/** A trained model: one that segments scans, or one that tells of subjects. */
export type OpenedModel =
  | { readonly kind: 'segmentation'; readonly model: PredictingModel }
  | { readonly kind: 'scalar'; readonly model: ScalarPredictingModel };

export type Bundle = OpenedModel & { readonly manifest: BundleManifest };

/**
 * Reads a bundle. Nothing in it is executed, and every file is what the manifest says, so that a bundle from anybody is
 * safe to open.
 * @throws Fault where it is no bundle, damaged, or does not fit together.
 */
export async function openBundle(file: string): Promise<Bundle> {
  const { manifest, contents } = await readFiles(file);
  if (manifest.combination && manifest.combination.weights.length !== manifest.members.length) {
    throw unlike(file, 'it does not have as many weights as networks');
  }
  const learnedIn = (weights: string, network: NetworkWeights) => {
    const bytes = contents.get(weights);
    if (!bytes) throw unlike(file, `it has no file ${weights}`);
    const place = `${file}|${weights}`;
    return learnedOf(checkpointOf(decodeSafetensors(bytes, place), place, network).variables);
  };
  return manifest.task === 'segmentation'
    ? { manifest, kind: 'segmentation', model: await segmentationIn(manifest, file, learnedIn) }
    : { manifest, kind: 'scalar', model: await scalarIn(manifest, file, learnedIn) };
}

type ReadLearned = (weights: string, network: NetworkWeights) => Learned;

async function segmentationIn(
  { configuration, members, combination, engine }: SegmentationBundle,
  file: string,
  learnedIn: ReadLearned,
): Promise<PredictingModel> {
  const settings = requireSegmentation(settingsIn(configuration, file));
  const plugins = await loadRunPlugins(settings);
  return {
    settings,
    plugins,
    engine,
    members: members.map(({ weights, configuration: other }): LearnedWeights => {
      const own = other === undefined ? settings : requireSegmentation(settingsIn(other, file));
      return {
        ...learnedIn(weights, modelOf(own, plugins.models)),
        ...(other !== undefined && { own: { settings: own, plugins } }),
      };
    }),
    ...(combination && { combination }),
  };
}

async function scalarIn(
  { configuration, members, combination, engine }: ScalarBundle,
  file: string,
  learnedIn: ReadLearned,
): Promise<ScalarPredictingModel> {
  const shared = settingsIn(configuration, file);
  const plugins = await loadRunPlugins(shared);
  return {
    members: members.map(({ weights, configuration: other, table: facts, scoring }): LearnedScalar => {
      const settings = other === undefined ? shared : settingsIn(other, file);
      if (settings.task === 'segmentation') throw unlike(file, 'its settings are those of a segmentation');
      requireOwnTable(settings, facts, file);
      const { model } = scalarModelOf(settings, facts, plugins);
      const learned = learnedIn(weights, model);
      return { settings, plugins, engine, learned, facts, scoring, place: `${file}|${weights}` };
    }),
    ...(combination && { combination }),
  };
}

/** What is known of a table must be of the columns, targets and visits that the settings name. */
function requireOwnTable(settings: ScalarConfiguration, facts: TableFacts, file: string): void {
  const { features, targets } = settings.dataset;
  const columns = (list: readonly { column: string }[]) => list.map(({ column }) => column).join('\n');
  if (
    columns(facts.features.numerical) !== features.numerical.join('\n') ||
    columns(facts.features.categorical) !== features.categorical.join('\n') ||
    facts.targets.length !== targetNames(targets).length ||
    (facts.visits !== undefined) !== (settings.task === 'sequence')
  ) {
    throw unlike(file, 'its table is not that of its settings');
  }
}

/** A model by the path of its run or bundle. @returns it with its `NAME:VERSION`. @throws Fault where it is neither. */
export async function openModel(path: string): Promise<OpenedModel & { readonly name: string }> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) {
    throw new Fault('there is no such bundle or run', {
      place: { file: path },
      remedy:
        'Name a bundle that `innereye export` made, or the folder of a run; `innereye runs list` shows them.',
    });
  }
  if (!found.isFile()) return { name: `${addressable(nameInFolder(path))}:1`, ...(await modelOfRun(path)) };
  const { manifest, ...opened } = await openBundle(path);
  return { name: `${manifest.name}:${manifest.version}`, ...opened };
}

async function modelOfRun(folder: string): Promise<OpenedModel> {
  const { manifest } = await openRun(folder);
  return manifest.task === 'segmentation'
    ? { kind: 'segmentation', model: await openRunModel(folder) }
    : { kind: 'scalar', model: await openScalarModel(folder) };
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

/** @throws Fault where they are none, or name code, which no bundle has. */
function settingsIn(value: unknown, file: string): Configuration {
  const parsed = configurationSchema.safeParse(value);
  if (parsed.success) {
    if (parsed.data.plugins.length === 0) return parsed.data;
    throw unlike(file, 'its settings name plugins, which no bundle has');
  }
  const [issue] = parsed.error.issues;
  throw unlike(file, `its settings say at ${issue!.path.join('.')}: ${issue!.message}`);
}

const unlike = (file: string, what: string, cause?: unknown): Fault =>
  new Fault(`this is no bundle of a model, or it was changed: ${what}`, {
    place: { file },
    remedy: 'Export the model again, or copy the bundle again from where it is whole.',
    cause,
  });
