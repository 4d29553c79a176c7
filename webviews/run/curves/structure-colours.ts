import type { PanelSetting } from '../../../src/contracts/run-panel.ts';

const STRUCTURE = /^dataset\.structures\[(\d+)\]\.(name|color)$/;

/** The colours (`#rrggbb`) that a configuration gives its structures, by name, as the viewer shows them. */
export function structureColours(settings: readonly PanelSetting[]): ReadonlyMap<string, string> {
  const found = new Map<string, { name?: string; color?: string }>();
  for (const { path, value } of settings) {
    const [, index, key] = STRUCTURE.exec(path) ?? [];
    if (index !== undefined) found.set(index, { ...found.get(index), [key!]: value });
  }
  const colours = new Map<string, string>();
  for (const { name, color } of found.values()) {
    if (name !== undefined && color !== undefined && /^#[0-9a-f]{6}$/i.test(color)) colours.set(name, color);
  }
  return colours;
}
