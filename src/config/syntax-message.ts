import type { YAMLError } from 'yaml';

/** What is wrong with the YAML, and what to do, in words for someone who does not know the grammar. */
export function syntaxMessage(error: YAMLError): [message: string, remedy: string] {
  const closing = UNCLOSED.exec(error.message)?.[1];
  if (closing !== undefined) {
    return [
      `the bracket \`${closing === '}' ? '{' : '['}\` is not closed`,
      `Write \`${closing}\` at the end of what it opens.`,
    ];
  }
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return ['a tab cannot indent YAML', 'Indent with spaces.'];
    case 'BAD_INDENT':
      return [
        'the indentation does not fit the lines above',
        'Give the lines of one map or list the same indentation.',
      ];
    case 'MISSING_CHAR':
      return [lowered(error.message), 'Close what was opened, or write `key: value`.'];
    case 'BAD_ALIAS':
      return [lowered(error.message), 'Define the anchor (`&name`) above the alias (`*name`).'];
    case 'RESOURCE_EXHAUSTION':
      return ['the file is nested too deeply to be read', 'Simplify its nesting.'];
    case 'MULTIPLE_DOCS':
      return [
        'a second YAML document begins here, and a configuration is one',
        'Remove the line `---`, or move what follows to a file of its own.',
      ];
    case 'TAG_RESOLVE_FAILED':
      return [lowered(error.message), 'Configurations use no tags: remove the word that begins with `!`.'];
    case 'MULTILINE_IMPLICIT_KEY':
    case 'BLOCK_AS_IMPLICIT_KEY':
      return ['this is no `key: value`', 'Write a colon and a space behind the key, and one key a line.'];
    default:
      return [lowered(error.message), 'Mend the YAML at this place.'];
  }
}

/** As the parser says it of a map or list in brackets that ends without one. */
const UNCLOSED = /^Flow (?:map|sequence).* end with a ([}\]])$/;

/** Whether a bracket is open where the parser stopped. */
export const isUnclosed = ({ message }: YAMLError): boolean => UNCLOSED.test(message);

function lowered(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1).replace(/\.$/, '');
}
