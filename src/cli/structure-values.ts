import { Fault } from '../foundation/fault.ts';

const LARGEST = 65_535;

/**
 * Structures and their values in label maps, as `liver=1,spleen=6`, in that order.
 * @throws Fault where the text says something else, or names a structure or a value twice
 */
export function parseStructures(text: string): Map<string, number> {
  const values = new Map<string, number>();
  for (const part of text.split(',')) {
    const match = /^\s*(.*\S)\s*=\s*(\d+)\s*$/.exec(part);
    const [name, value] = [match?.[1], Number(match?.[2])];
    if (name === undefined || !(value >= 1 && value <= LARGEST)) {
      throw wrong(`"${part.trim()}" is not a structure with its value`);
    }
    if (values.has(name)) throw wrong(`the structure "${name}" is named twice`);
    if ([...values.values()].includes(value)) throw wrong(`two structures have the value ${value}`);
    values.set(name, value);
  }
  return values;
}

const wrong = (what: string) =>
  new Fault(what, { remedy: `Write --structures liver=1,spleen=2, with whole numbers of 1 … ${LARGEST}.` });
