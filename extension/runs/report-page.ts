import { createHash } from 'node:crypto';
import { script } from '../../src/contracts/report-script.ts';

/**
 * A report as a webview shows it: behind a policy that lets nothing in and no script run but the one that our reports
 * have, whatever the report itself says. The policy stands before all of it; a browser puts it into the page's head.
 * @param scripts whether that script, which sorts tables, may run
 * @param link where a path relative to the report's folder leads; undefined for one that leads nowhere
 */
export function reportPage(
  report: string,
  scripts: boolean,
  link: (path: string) => string | undefined,
): string {
  const hash = createHash('sha256').update(script).digest('base64');
  const policy = [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    'img-src data:',
    ...(scripts ? [`script-src 'sha256-${hash}'`] : []),
  ].join('; ');
  const linked = report.replace(/href="(\.\.?\/[^"]+)"/g, (whole, path: string) => {
    const target = decoded(path);
    const to = target === undefined ? undefined : link(target);
    return to === undefined ? whole : `href="${to}"`;
  });
  return `<!doctype html><meta http-equiv="Content-Security-Policy" content="${policy}">${linked}`;
}

/** Undefined where it is no encoded path, as "%" alone is none. */
function decoded(path: string): string | undefined {
  try {
    return decodeURI(path);
  } catch {
    return undefined;
  }
}
