/** What Windows keeps for devices, with any ending. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
/** Bytes; file systems allow 255, and results have more in their names than that of their subject or structure. */
const LONGEST = 200;

/**
 * Why a text cannot be part of a file's name on every system, or undefined where it can: subjects and structures give
 * their names to files, and must neither lead to another folder nor to a device.
 */
export function unfitForFileName(name: string): string | undefined {
  if (name === '') return 'it is empty';
  if (name === '.' || name === '..') return 'it means a folder';
  const character = /[\\/:*?"<>|\p{Cc}]/u.exec(name)?.[0];
  if (character !== undefined) return `it holds ${shown(character)}`;
  if (/^ |[ .]$/.test(name)) return 'it begins with a space, or ends with a space or a full stop';
  if (RESERVED.test(name)) return 'Windows keeps it for a device';
  const bytes = new TextEncoder().encode(name).length;
  return bytes > LONGEST ? `it has ${bytes} bytes, at most ${LONGEST} fit` : undefined;
}

const shown = (character: string) =>
  /\p{Cc}/u.test(character)
    ? `the control character U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`
    : `the character ${character}`;
