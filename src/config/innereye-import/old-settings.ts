import { parse } from 'yaml';
import { Fault } from '../../foundation/fault.ts';
import { type PythonValue, readPythonValue } from './python-value.ts';

/** Settings of an InnerEye run by field name. */
export type OldSettings = ReadonlyMap<string, PythonValue>;

/**
 * Reads `args.txt` (`name: value`, values as Python prints them), or a dump of the settings as YAML or JSON.
 * @throws Fault where nothing in the text looks like a setting.
 */
export function readOldSettings(text: string, file: string): OldSettings {
  const settings = new Map<string, PythonValue>();
  const content = text.replace(/^\uFEFF/, '');
  if (/^\s*\{/.test(content) || /\.(ya?ml|json)$/i.test(file)) {
    for (const [name, value] of Object.entries(readDump(content, file)))
      settings.set(name, simplified(value));
  } else {
    for (const line of content.split(/\r?\n/)) {
      const match = /^\s*([A-Za-z]\w*)\s*:\s(.*)$/.exec(line) ?? /^\s*([A-Za-z]\w*)\s*:()$/.exec(line);
      if (match !== null && !/^(Arguments|Container)$/.test(match[1]))
        settings.set(match[1], readPythonValue(match[2]));
    }
  }
  if (settings.size === 0) {
    throw new Fault('the file holds no settings of an InnerEye run', {
      place: { file },
      remedy: 'Give the args.txt of a run (`name: value` lines), or a dump of the settings as YAML or JSON.',
    });
  }
  return settings;
}

function readDump(text: string, file: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 100, logLevel: 'error' });
  } catch (error) {
    throw new Fault(`the file cannot be read: ${(error as Error).message.split('\n')[0]}`, {
      place: { file },
      remedy: 'Mend the YAML or JSON.',
      cause: error,
    });
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

/** Enum members such as `SegmentationLoss.Focal` and other Python text inside a dump. */
export function simplified(value: unknown): PythonValue {
  if (typeof value === 'string') return /^[A-Z]\w*\.\w+$|^[([<]/.test(value) ? readPythonValue(value) : value;
  if (Array.isArray(value)) return value.map(simplified);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, simplified(child)]));
  }
  return typeof value === 'number' || typeof value === 'boolean' ? value : null;
}
