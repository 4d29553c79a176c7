import type { Zyx } from '../../volume/volume.ts';
import { type ScalarArchitectureFacts, scalarArchitectureFacts } from '../scalar-architecture-facts.ts';
import type { ScalarConfiguration } from '../schema/configuration.ts';
import type { ScalarArchitectureSettings } from '../schema/scalar-architecture.ts';
import type { Check, CheckFinding } from './check.ts';

/** Images must be as large as the kernels and strides of their encoder want them. */
export const encoderInput: Check<ScalarConfiguration> = ({ architecture, dataset, input }) => {
  const { channels, features } = dataset;
  if (channels.length === 0 || input.size === undefined) return [];
  const size = input.size;
  const tabular = features.numerical.length + features.categorical.length > 0;
  const facts = scalarArchitectureFacts(architecture, { channels: channels.length, size, tabular });
  if (facts === undefined) return [];
  const finding =
    noMultiple(architecture.name, facts, size) ??
    tooSmall(architecture.name, facts, size) ??
    nothingToNormalize(architecture, facts) ??
    halvedTooOften(architecture.name, facts, size);
  return finding
    ? [
        {
          ...finding,
          path: ['input', 'size'],
          related: [{ message: 'the architecture', path: ['architecture'] }],
        },
      ]
    : [];
};

type Finding = Omit<CheckFinding, 'path' | 'related'>;

function noMultiple(name: string, { multiple }: ScalarArchitectureFacts, size: Zyx) {
  if (size.every((extent, axis) => extent % multiple[axis]! === 0)) return undefined;
  const next = list(perAxis(axis => Math.ceil(size[axis] / multiple[axis]) * multiple[axis]));
  return {
    severity: 'error',
    code: 'input-size-multiple',
    message: `images of ${list(size)} do not fit \`${name}\`, whose network halves them: they must be multiples of ${list(multiple)} along z, y, x`,
    remedy: `Set input.size to ${next}.`,
    suggestion: next,
  } satisfies Finding;
}

function tooSmall(name: string, { minimumInput, mapSize }: ScalarArchitectureFacts, size: Zyx) {
  if (mapSize.every(extent => extent >= 1)) return undefined;
  const enough = list(perAxis(axis => Math.max(size[axis], minimumInput[axis])));
  return {
    severity: 'error',
    code: 'input-size',
    message: `images of ${list(size)} are too small for \`${name}\`, whose convolutions leave nothing of less than ${list(minimumInput)} along z, y, x`,
    remedy: `Set input.size to at least ${enough}, or fewer \`blocks\` or \`padding: zero\` of the architecture.`,
    suggestion: enough,
  } satisfies Finding;
}

function nothingToNormalize(architecture: ScalarArchitectureSettings, { mapSize }: ScalarArchitectureFacts) {
  if (normalizationOf(architecture) !== 'instance' || !isOneVoxel(mapSize)) return undefined;
  return {
    severity: 'error',
    code: 'input-size-of-one',
    message: 'the last feature maps have one voxel, over which instance normalisation leaves nothing',
    remedy: 'Set `normalization: batch`, fewer resolutions of the architecture, or a larger input.size.',
  } satisfies Finding;
}

function halvedTooOften(name: string, { levels }: ScalarArchitectureFacts, size: Zyx) {
  const isOne = ({ scale }: { scale: Zyx }) =>
    isOneVoxel(perAxis(axis => Math.ceil(size[axis] / scale[axis])));
  const first = levels.findIndex(isOne);
  if (first < 0 || volume(levels[first].scale) === volume(levels[levels.length - 1].scale)) return undefined;
  return {
    severity: 'warning',
    code: 'input-size-used-up',
    message: `of images of ${list(size)} a single voxel is left at resolution ${first + 1} of the ${levels.length} that \`${name}\` has`,
    remedy: 'Set fewer resolutions of the architecture, or a larger input.size.',
  } satisfies Finding;
}

/** The normalisation of an encoder where it can be chosen. */
function normalizationOf(architecture: ScalarArchitectureSettings) {
  if (architecture.name === 'resnet' || architecture.name === 'densenet') return architecture.normalization;
  if (architecture.name !== 'unet_encoder') return undefined;
  return 'normalization' in architecture.network ? architecture.network.normalization : undefined;
}

const isOneVoxel = (size: Zyx): boolean => size.every(extent => extent === 1);
const list = (size: Zyx): string => `[${size.join(', ')}]`;
const volume = ([z, y, x]: Zyx): number => z * y * x;

function perAxis(value: (axis: 0 | 1 | 2) => number): Zyx {
  return [value(0), value(1), value(2)];
}
