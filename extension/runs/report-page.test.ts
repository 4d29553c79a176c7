import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { script } from '../../src/contracts/report-script.ts';
import { reportPage } from './report-page.ts';

const page = (report: string, scripts = true) => reportPage(report, scripts, path => `open:${path}`);
const policyOf = (text: string) =>
  /^<!doctype html><meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(text)?.[1];

describe('a report in the editor', () => {
  it.each([
    '<!doctype html><html><head></head><body></body></html>',
    '<!-- <head> --><html><script>steal()</script></html>',
    '<script>steal()</script>',
    '<p title="<head>">',
    '',
  ])('has its policy before anything else: %s', report => {
    expect(policyOf(page(report))).toContain("default-src 'none'");
    expect(page(report).endsWith(report)).toBe(true);
  });

  it('lets the script of our reports run, and no other', () => {
    const hash = createHash('sha256').update(script).digest('base64');
    expect(policyOf(page('x'))).toMatch(new RegExp(`script-src 'sha256-${hash.replace(/[+/]/g, '\\$&')}'$`));
    expect(policyOf(page('x', false))).not.toContain('script-src');
  });

  it('links files that open in the editor', () => {
    expect(page('<a href="../Test/a%20b/x.nii.gz">')).toContain('href="open:../Test/a b/x.nii.gz"');
  });

  it('leaves a link as it is that is no path, or leads nowhere', () => {
    expect(page('<a href="../100%/x">')).toContain('<a href="../100%/x">');
    expect(reportPage('<a href="../../etc/passwd">', true, () => undefined)).toContain('"../../etc/passwd"');
  });
});
