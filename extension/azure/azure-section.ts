import { Document, isMap, isPair, isScalar, type Pair, parseDocument, type YAMLMap } from 'yaml';

/** What the wizard found out, by the keys of the section `azure`. */
export type AzureChoice = Readonly<Record<string, string>>;

/** A stretch of a text, in offsets, and what shall stand there. */
export interface TextChange {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The changes that give a configuration's section `azure` these values. Everything else, comments too, stays as it was
 * written; a section that the file does not have is added at its end.
 * @returns undefined where the section is written in a form that cannot be changed piece by piece, as with anchors.
 */
export function changesForAzure(text: string, choice: AzureChoice): TextChange[] | undefined {
  const document = parseDocument(text, { keepSourceTokens: true });
  if (document.contents === null || !isMap(document.contents)) {
    return document.contents === null ? [atEnd(text, choice)] : undefined;
  }
  const section = document.contents.items.find(pair => keyOf(pair) === 'azure');
  if (!section) return [atEnd(text, choice)];
  if (!isMap(section.value) || section.value.items.length === 0) {
    const { value } = section;
    if (!isScalar(value) && !isMap(value)) return undefined;
    const [start, end] = value.range!;
    // An empty value ends where its key does.
    return [{ start, end, text: start === end ? `\n${block(choice).trimEnd()}` : flow(choice) }];
  }
  return changesIn(section.value, text, choice);
}

function changesIn(section: YAMLMap, text: string, choice: AzureChoice): TextChange[] | undefined {
  const changes: TextChange[] = [];
  const missing: [string, string][] = [];
  for (const [key, value] of Object.entries(choice)) {
    const pair = section.items.find(one => keyOf(one) === key);
    if (!pair) missing.push([key, value]);
    else if (!isScalar(pair.value)) return undefined;
    else if (pair.value.value !== value) {
      const [start, end] = pair.value.range!;
      changes.push({ start, end, text: start === end ? ` ${scalar(value)}` : scalar(value) });
    }
  }
  if (missing.length === 0) return changes;
  const first = section.items[0]!;
  if (!isPair(first) || !isScalar(first.key)) return undefined;
  const [at] = first.key.range!;
  const line = text.lastIndexOf('\n', at - 1) + 1;
  const indent = text.slice(line, at);
  const added = section.flow
    ? missing.map(([key, value]) => `${key}: ${scalar(value)}, `).join('')
    : missing.map(([key, value]) => `${key}: ${scalar(value)}\n${indent}`).join('');
  if (!section.flow && indent.trim() !== '') return undefined;
  return [...changes, { start: at, end: at, text: added }];
}

const keyOf = ({ key }: Pair): unknown => (isScalar(key) ? key.value : undefined);

/** A value as YAML writes it: quoted where it would be read as something else. */
const scalar = (value: string): string => new Document(value).toString({ lineWidth: 0 }).trimEnd();

const block = (choice: AzureChoice): string =>
  Object.entries(choice)
    .map(([key, value]) => `  ${key}: ${scalar(value)}\n`)
    .join('');

const flow = (choice: AzureChoice): string =>
  `{ ${Object.entries(choice)
    .map(([key, value]) => `${key}: ${scalar(value)}`)
    .join(', ')} }`;

function atEnd(text: string, choice: AzureChoice): TextChange {
  const gap = text === '' || text.endsWith('\n') ? '' : '\n';
  return { start: text.length, end: text.length, text: `${gap}azure:\n${block(choice)}` };
}
