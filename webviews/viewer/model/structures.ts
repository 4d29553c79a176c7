import { computed, signal } from '@preact/signals';
import { distinctColor } from '../render/colors.ts';
import { pixel } from '../render/paint.ts';

/** A structure of the scene: labels of one name in all its label maps. */
export interface Structure {
  readonly name: string;
  /** `#rrggbb`. */
  readonly color: string;
  readonly visible: boolean;
  /** 0 to 1, multiplied with the opacity of the map. */
  readonly opacity: number;
}

/** The structures of a scene, switched in all its views at once. */
export class Structures {
  readonly list = signal<readonly Structure[]>([]);
  /** The only structure that is shown, whatever is switched on. */
  readonly solo = signal<string | undefined>(undefined);
  /** The one that the brush draws, and that the keyboard is on. */
  readonly selected = signal<string | undefined>(undefined);
  readonly byName = computed(() => new Map(this.list.value.map(structure => [structure.name, structure])));

  /** Adds those that are not known yet; of several that are given one colour, only the first gets it. */
  declare(found: readonly { readonly name: string; readonly color?: string | undefined }[]): void {
    const known = new Set(this.list.value.map(({ name }) => name));
    const taken = new Set(this.list.value.map(({ color }) => color.toLowerCase()));
    const added: Structure[] = [];
    for (const { name, color } of found) {
      if (known.has(name)) continue;
      known.add(name);
      const given = color !== undefined && !taken.has(color.toLowerCase()) ? color : undefined;
      const chosen = given ?? distinctColor(this.list.value.length + added.length);
      taken.add(chosen.toLowerCase());
      added.push({ name, color: chosen, visible: true, opacity: 1 });
    }
    if (added.length > 0) this.list.value = [...this.list.value, ...added];
  }

  change(name: string, change: Partial<Structure>): void {
    this.list.value = this.list.value.map(structure =>
      structure.name === name ? { ...structure, ...change } : structure,
    );
  }

  showAll(visible: boolean): void {
    this.solo.value = undefined;
    this.list.value = this.list.value.map(structure => ({ ...structure, visible }));
  }

  toggleSolo(name: string): void {
    this.solo.value = this.solo.value === name ? undefined : name;
  }

  isShown(name: string): boolean {
    return this.solo.value === undefined
      ? (this.byName.value.get(name)?.visible ?? true)
      : this.solo.value === name;
  }

  /** Pixel of each label of a map, alpha 0 where it is hidden. */
  colorsOf(names: ReadonlyMap<number, string>): Uint32Array {
    let largest = 0;
    for (const value of names.keys()) largest = Math.max(largest, value);
    const colors = new Uint32Array(largest + 1);
    for (const [value, name] of names) {
      const structure = this.byName.value.get(name);
      if (structure && this.isShown(name)) colors[value] = pixel(structure.color, structure.opacity);
    }
    return colors;
  }
}
