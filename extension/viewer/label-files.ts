import type { ViewerStructure } from '../../src/contracts/viewer.ts';

const ITK_SNAP = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+[\d.]+\s+\d+\s+\d+\s+"(.*)"\s*$/;
const FREESURFER = /^\s*(\d+)\s+(\S+)\s+(\d+)\s+(\d+)\s+(\d+)\s+\d+\s*$/;
const NUMBERED = /^\s*(\d+)[\s:,]+([A-Za-z_][^\s,]*)(?:[\s,].*)?$/;

/**
 * Labels as text lists them, one a line: ITK-SNAP's label descriptions, FreeSurfer's colour tables, or a value and a
 * name. Other lines are left out; a text of which most lines are others is no such list and gives nothing.
 */
export function parseLabelFile(text: string): ViewerStructure[] {
  const lines = text.split(/\r?\n/).filter(line => line.trim() !== '' && !line.startsWith('#'));
  const found = lines.map(parseLine).filter(structure => structure !== undefined);
  return found.length * 2 > lines.length ? found.filter(({ value }) => value > 0) : [];
}

function parseLine(line: string): ViewerStructure | undefined {
  const snap = ITK_SNAP.exec(line);
  if (snap) return { value: Number(snap[1]), color: hex(snap.slice(2, 5)), name: snap[5]! };
  const table = FREESURFER.exec(line);
  if (table) return { value: Number(table[1]), name: table[2]!, color: hex(table.slice(3, 6)) };
  const numbered = NUMBERED.exec(line);
  return numbered ? { value: Number(numbered[1]), name: numbered[2]! } : undefined;
}

const hex = (rgb: readonly string[]): string =>
  `#${rgb.map(part => Math.min(255, Number(part)).toString(16).padStart(2, '0')).join('')}`;

/** The labels that `dataset.json` names, of the Decathlon (value: name) or of nnU-Net (name: value). */
export function parseDatasetJson(text: string): ViewerStructure[] {
  let labels: unknown;
  try {
    labels = (JSON.parse(text) as { labels?: unknown } | null)?.labels;
  } catch {
    return [];
  }
  if (typeof labels !== 'object' || labels === null) return [];
  return Object.entries(labels)
    .map(([key, entry]: [string, unknown]) =>
      typeof entry === 'string' ? { value: Number(key), name: entry } : { value: Number(entry), name: key },
    )
    .filter(({ value }) => Number.isInteger(value) && value > 0);
}
