/** Text that is HTML already. */
export class Html {
  constructor(readonly text: string) {}
}

type Content = Html | string | number | false | undefined | readonly Content[];

/** HTML from a template; what is put in is escaped unless it is HTML itself. Nothing comes of `false` and `undefined`. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Html {
  return new Html(parts.reduce((text, part, index) => text + asText(contents[index - 1]) + part));
}

function asText(content: Content): string {
  if (content instanceof Html) return content.text;
  if (Array.isArray(content)) return content.map(asText).join('');
  return content === false || content === undefined ? '' : escapeHtml(String(content));
}

export const escapeHtml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
