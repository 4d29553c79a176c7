/** The comment that a configuration begins with, on one line: what it is for. */
export function headComment(text: string): string {
  const lines = text.split('\n');
  const end = lines.findIndex(line => !line.startsWith('#'));
  return lines
    .slice(0, end === -1 ? lines.length : end)
    .map(line => line.replace(/^#\s?/, '').trim())
    .join(' ');
}
