/** Metrics that people know by another name than files and events have for them. */
const TITLES: Readonly<Record<string, string>> = {
  area_under_roc_curve: 'ROC area',
  area_under_pr_curve: 'PR area',
  r2_score: 'R²',
  f1_at_threshold_05: 'F1 at 0.5',
};

/** What decides which checkpoint of a run is the best, for each kind of task. */
export const MAIN_METRICS: readonly string[] = ['Dice', 'area_under_roc_curve', 'r2_score'];

/** The name of a metric for people: `accuracy_at_threshold_05` is `accuracy at threshold 0.5`. */
export const metricTitle = (name: string): string =>
  TITLES[name] ?? name.replace(/_05$/, '_0.5').replaceAll('_', ' ');
