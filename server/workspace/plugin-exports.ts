import { LineIndex } from '../../src/config/line-index.ts';
import type { PluginExport } from '../readers.ts';

/** `defineLoss(` and its like, with type arguments or without; the bracket of its argument comes last. */
const DEFINITION = /\bdefine(Architecture|Loss|Transform|Metric)\s*(?:<[^()]{0,500}?>)?\s*\(\s*\{/g;
/** Texts, templates and comments, in which brackets do not count. */
const OPAQUE =
  /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[\s\S])*`/y;
const NAME = /(['"`]?)name\1\s*:\s*(['"`])((?:(?!\2)[^\\\n])+)\2/y;

/** What a plugin module defines, by its text: nothing is run, so that untrusted workspaces can be read. */
export function pluginExports(file: string, text: string): PluginExport[] {
  const lines = new LineIndex(file, text);
  return [...text.matchAll(DEFINITION)].flatMap(match => {
    const found = nameIn(text, match.index + match[0].length);
    if (found === undefined) return [];
    const kind = match[1].toLowerCase() as PluginExport['kind'];
    return [
      { kind, name: found.name, location: lines.location(found.start, found.start + found.name.length) },
    ];
  });
}

/** The text behind `name:` in the object literal that begins before `start`, not in objects or functions inside it. */
function nameIn(text: string, start: number): { name: string; start: number } | undefined {
  let depth = 0;
  for (let index = start; index < text.length; index++) {
    const name = depth === 0 && /[\s,{]/.test(text[index - 1]) ? matchAt(NAME, text, index) : undefined;
    if (name !== undefined) return { name: name[3], start: index + name[0].length - 1 - name[3].length };
    const opaque = matchAt(OPAQUE, text, index);
    if (opaque !== undefined) {
      index += opaque[0].length - 1;
      continue;
    }
    if ('{[('.includes(text[index])) depth++;
    if ('}])'.includes(text[index]) && --depth < 0) return undefined;
  }
  return undefined;
}

function matchAt(pattern: RegExp, text: string, index: number): RegExpExecArray | undefined {
  pattern.lastIndex = index;
  return pattern.exec(text) ?? undefined;
}
