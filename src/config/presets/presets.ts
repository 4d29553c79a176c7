/** File names of presets begin with this: `preset:innereye/hippocampus`. */
export const PRESET = 'preset:';

const TEXTS: Readonly<Record<string, string>> = {};

/** Names of all presets, as `extends` takes them. */
export function presetNames(): string[] {
  return Object.keys(TEXTS);
}

/** True for what names a preset instead of a file. */
export function isPreset(name: string): boolean {
  return name.startsWith('innereye/');
}

/** The YAML text of a preset by its file name (`preset:innereye/…`), or undefined. */
export function presetText(file: string): string | undefined {
  const name = file.slice(PRESET.length);
  return file.startsWith(PRESET) && Object.hasOwn(TEXTS, name) ? TEXTS[name] : undefined;
}
