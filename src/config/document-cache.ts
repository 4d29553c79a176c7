import { BoundedMap } from '../foundation/bounded-map.ts';
import { type ParsedDocument, readDocument } from './document.ts';
import type { Sources } from './extends.ts';
import { PRESET, presetText } from './presets/presets.ts';

/** Gives the text of a file, such as an editor's unsaved buffer; undefined where there is no such file. */
export type TextReader = (file: string) => string | undefined;

/** Documents remembered: more than a workspace has configurations, as a rule. */
const MAXIMUM_DOCUMENTS = 2000;

/** Documents by file, parsed again only where the text has changed; presets are among them. */
export function documentCache(read: TextReader): Sources {
  const documents = new BoundedMap<string, ParsedDocument>(MAXIMUM_DOCUMENTS);
  return file => {
    const text = file.startsWith(PRESET) ? presetText(file) : read(file);
    if (text === undefined) {
      documents.delete(file);
      return undefined;
    }
    const known = documents.get(file);
    if (known?.text === text) return known;
    const document = readDocument(file, text);
    documents.set(file, document);
    return document;
  };
}
