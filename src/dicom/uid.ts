import { createHash, randomUUID } from 'node:crypto';

/** A new unique identifier of an instance: "2.25." and a UUID as a number (PS3.5, B.2), at most 44 characters. */
export const newUid = (): string => fromHex(randomUUID().replaceAll('-', ''));

/** The identifier that belongs to a text, always the same; nobody who has not the key can tell it from others. */
export function uid(key: string, text: string): string {
  const hex = createHash('sha256').update(`${key.length}:${key}:${text}`).digest('hex').slice(0, 32);
  return fromHex(hex);
}

const fromHex = (hex: string): string => `2.25.${BigInt(`0x${hex}`)}`;
