/** An argument as it is typed in a shell: in quotes where a blank or another character has a meaning there. */
export function shellText(argument: string, platform: NodeJS.Platform = process.platform): string {
  if (platform === 'win32') return /^[^\s"&|<>^%()]+$/.test(argument) ? argument : `"${argument}"`;
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
