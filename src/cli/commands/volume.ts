import { Command } from 'commander';
import { describeFault, Fault } from '../../foundation/fault.ts';
import { looksLikeLabelMap } from '../../volume/label-map.ts';
import { readHeader, readVolumes } from '../../volume/read.ts';
import { volumeStatistics } from '../../volume/statistics.ts';
import { spacingOf } from '../../volume/volume.ts';

/** What is said of a volume; shape and spacing in file order x, y, z. */
interface Description {
  readonly file: string;
  readonly shape: readonly number[];
  readonly components: number;
  readonly spacing_mm: readonly number[];
  /** Rows of the matrix from voxel (x, y, z, 1) to RAS mm. */
  readonly affine: readonly (readonly number[])[];
  readonly dtype: string;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  /** Voxels of each value, of the first component; null where it is no label map. */
  readonly label_counts: Readonly<Record<string, number>> | null;
}

export function volumeCommand(): Command {
  return new Command('volume')
    .description(
      'describe volumes: shape, spacing, affine, intensities, labels; a folder is read as a DICOM series',
    )
    .argument('<file...>', 'volumes')
    .option('--series <uid>', 'the DICOM series, where a folder holds several')
    .option('--json', 'print JSON')
    .action(volume);
}

async function volume(files: string[], { json, series }: { json?: boolean; series?: string }): Promise<void> {
  const descriptions: Description[] = [];
  for (const file of files) {
    try {
      const description = await describe(file, series);
      if (json) descriptions.push(description);
      else print(description);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      console.error(describeFault(error));
      process.exitCode = 1;
    }
  }
  if (json) console.log(JSON.stringify(descriptions, null, 2));
}

async function describe(file: string, series: string | undefined): Promise<Description> {
  const header = await readHeader(file, { series });
  const volumes = await readVolumes(file, { series });
  const { shape, affine } = volumes[0]!;
  const statistics = volumeStatistics(volumes[0]!.data);
  const finite = (value: number) => (Number.isFinite(value) ? value : null);
  return {
    file,
    shape: [...shape].reverse(),
    components: volumes.length,
    spacing_mm: [...spacingOf(affine)].reverse(),
    affine: [0, 4, 8, 12].map(row => affine.slice(row, row + 4)),
    dtype: header.dtype,
    min: finite(statistics.min),
    max: finite(statistics.max),
    mean: finite(statistics.mean),
    label_counts:
      statistics.labelCounts && looksLikeLabelMap(header, statistics)
        ? Object.fromEntries(statistics.labelCounts)
        : null,
  };
}

function print({ file, affine, label_counts: labels, ...rest }: Description): void {
  const number = (value: number) => String(Number(value.toFixed(6)));
  const row = (values: readonly number[]) => values.map(number).join(' ');
  const lines: [string, string][] = [
    [
      'shape',
      rest.shape.join(' × ') +
        (rest.components > 1 ? `, ${rest.components} components (the first is described)` : ''),
    ],
    ['spacing_mm', row(rest.spacing_mm)],
    ['affine', affine.map(row).join('\n                ')],
    ['dtype', rest.dtype],
    ...(['min', 'max', 'mean'] as const).map((name): [string, string] => {
      const value = rest[name];
      return [name, value === null ? 'no finite voxel' : number(value)];
    }),
    [
      'label_counts',
      labels
        ? Object.entries(labels)
            .map(([label, count]) => `${label}: ${count}`)
            .join(', ')
        : 'none: a scan by its values',
    ],
  ];
  console.log(file);
  for (const [name, text] of lines) console.log(`  ${name.padEnd(14)}${text}`);
}
