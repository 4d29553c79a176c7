/** What a container of an image does when it begins. */
export interface ContainerStart {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Reads from a Dockerfile what its image would start: ENV, and ENTRYPOINT with CMD of the last stage in the form of a list.
 * Nothing is built: programs are those of this machine. Undefined where neither is there.
 */
export function startOf(dockerfile: string): ContainerStart | undefined {
  let environment: Record<string, string> = {};
  let entrypoint: string[] = [];
  let command: string[] = [];
  for (const line of dockerfile.replace(/\\\r?\n/g, ' ').split(/\r?\n/)) {
    const [, word, rest] = /^\s*([A-Za-z]+)\s+(.*)$/.exec(line) ?? [];
    switch (word?.toUpperCase()) {
      case 'FROM':
        environment = {};
        entrypoint = [];
        command = [];
        break;
      case 'ENV':
        environment = { ...environment, ...variables(rest!) };
        break;
      case 'ENTRYPOINT':
        entrypoint = list(rest!);
        command = [];
        break;
      case 'CMD':
        command = list(rest!);
    }
  }
  const start = [...entrypoint, ...command];
  return start.length > 0 ? { command: start, environment } : undefined;
}

/** `["a", "b"]`; what is no such list is a line for the shell, as for Docker. */
function list(text: string): string[] {
  try {
    const parsed: unknown = JSON.parse(text);
    if (Array.isArray(parsed) && parsed.every(word => typeof word === 'string')) return parsed;
  } catch {
    // No list.
  }
  return ['/bin/sh', '-c', text];
}

/** `A=1 B="two words"`, or the old form `A value`. */
function variables(text: string): Record<string, string> {
  if (!/^\s*\w+=/.test(text)) {
    const [, name, value] = /^\s*(\w+)\s+(.*)$/.exec(text) ?? [];
    return name ? { [name]: value! } : {};
  }
  const pairs = [...text.matchAll(/(\w+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/g)];
  return Object.fromEntries(pairs.map(([, name, quoted, plain]) => [name, quoted ?? plain ?? '']));
}
