/** Where the innermost bracket that is open at the end of `text` begins; undefined where all are closed. */
export function openBracket(text: string): number | undefined {
  const open: number[] = [];
  let quote = '';
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (quote !== '') {
      if (character === '\\' && quote === '"') index++;
      else if (character === quote) quote = '';
    } else if (character === '#' && /^$|\s/.test(text.charAt(index - 1))) {
      const end = text.indexOf('\n', index);
      index = end === -1 ? text.length : end;
    } else if ((character === '"' || character === "'") && /^$|[\s[{,:]/.test(text.charAt(index - 1))) {
      quote = character;
    } else if (character === '[' || character === '{') open.push(index);
    else if (character === ']' || character === '}') open.pop();
  }
  return open.at(-1);
}
