import { appendFile, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ScalarRow } from '../../evaluation/scalar/row.ts';
import { writeFileAtomically } from '../../foundation/atomic-file.ts';
import { formatCsv } from '../../foundation/csv.ts';
import { makeFolder } from '../../foundation/folder.ts';

const COLUMNS = [
  'epoch',
  'subject',
  'prediction_target',
  'model_output',
  'label',
  'data_split',
  'cross_validation_split_index',
];
const POSITION = 'position';

/**
 * InnerEye's `Train/metrics.csv` and `Val/metrics.csv`: what the model says of each subject and target at each epoch that
 * measures them. Epochs count from 0; of visits a column `position` follows.
 */
export class EpochOutputs {
  private begun = false;

  /**
   * @param split as InnerEye calls it: Train, Val
   * @param fold of a cross-validation, where it is one
   */
  constructor(
    private readonly file: string,
    private readonly split: string,
    private readonly fold = -1,
  ) {}

  /** Adds an epoch. What an interrupted training has left of this one or later ones is void: they are done again. */
  async add(epoch: number, rows: readonly ScalarRow[]): Promise<void> {
    const sequence = rows.some(({ position }) => position !== undefined);
    const columns = [...COLUMNS, ...(sequence ? [POSITION] : [])];
    const cells = rows.map(({ subject, target, output, label, position }) => [
      String(epoch),
      subject,
      target,
      String(output),
      Number.isNaN(label) ? '' : String(label),
      this.split,
      String(this.fold),
      ...(sequence ? [String(position)] : []),
    ]);
    const text = formatCsv(columns, cells);
    const body = text.slice(text.indexOf('\n') + 1);
    if (this.begun) return appendFile(this.file, body);
    await makeFolder(dirname(this.file));
    await writeFileAtomically(this.file, (await this.before(epoch, columns)) + body);
    this.begun = true;
  }

  /** The whole lines of earlier epochs, below the header. */
  private async before(epoch: number, columns: readonly string[]): Promise<string> {
    const header = formatCsv(columns, []);
    const text = await readFile(this.file, 'utf8').catch(() => '');
    if (!text.startsWith(header)) return header;
    const lines = text.slice(header.length).split(/(?<=\n)/);
    const end = lines.findIndex(line => !line.endsWith('\n') || Number(line.split(',', 1)[0]) >= epoch);
    return header + (end < 0 ? lines : lines.slice(0, end)).join('');
  }
}
