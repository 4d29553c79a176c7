import { describe, expect, it } from 'vitest';
import { importancePage } from './importance-page.ts';

const feature = (name: string, drop: number | null) => ({
  feature: name,
  metric: 'area_under_roc_curve',
  baseline: 0.91,
  drop,
  deviation: 0.01,
});

describe('the page of the importance of columns', () => {
  it('is a table with the most important first, which names its rows and columns', () => {
    const page = importancePage('lung', 'ROC area', [feature('noise', -0.002), feature('age', 0.25)]);
    expect(page.match(/<th scope="row">[^<]+/g)).toEqual(['<th scope="row">age', '<th scope="row">noise']);
    expect(page).toContain('<caption>How much the ROC area of lung falls');
    expect(page).toContain('It is 0.910 with the table as it is.');
    expect(page.match(/width:\d+%/g)).toEqual(['width:100%', 'width:0%']);
  });

  it('has no markup of the table in it, and runs nothing', () => {
    const page = importancePage('<b>', 'R²', [feature('<script>steal()</script>', null)]);
    expect(page).not.toMatch(/<script|<b>/);
    expect(page).toContain('&lt;script&gt;');
    expect(page).toContain("default-src 'none'");
  });
});
