import { userError } from '../service-error.ts';

/** Values that `${{inputs.x}}`, `${{outputs.x}}` and `${{search_space.x}}` stand for. */
export type Values = Readonly<Record<string, Readonly<Record<string, string>>>>;

const EXPRESSION = /\$\{\{\s*([\w.-]+)\s*\}\}/g;
/** `$[[ … ]]` is left out where an optional input that it names is not given. */
const OPTIONAL = /\$\[\[(.*?)\]\]/gs;

/** The names that a text asks for, such as `inputs.data`. */
export const expressionsOf = (text: string): string[] =>
  [...text.matchAll(EXPRESSION)].map(match => match[1]!);

function look(path: string, values: Values): string | undefined {
  const [kind, ...name] = path.split('.');
  return values[kind!]?.[name.join('.')];
}

/** Puts values in the place of expressions; an unknown one is the service's 400. */
export function substitute(text: string, values: Values): string {
  const kept = text.replace(OPTIONAL, (_, inner: string) =>
    expressionsOf(inner).every(path => look(path, values) !== undefined) ? inner : '',
  );
  return kept.replace(EXPRESSION, (_, path: string) => {
    const value = look(path, values);
    if (value === undefined)
      throw userError(`The expression '\${{${path}}}' names nothing that the job has.`);
    return value;
  });
}
