/** What the service puts a node's path or a trial's value in the place of. */
const expression = (kind: string, name: string): string => `\${{${kind}.${name}}}`;

export const input = (name: string): string => expression('inputs', name);
export const output = (name: string): string => expression('outputs', name);
export const trialValue = (name: string): string => expression('search_space', name);
