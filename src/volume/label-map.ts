import type { VolumeHeader } from './header.ts';
import type { VolumeStatistics } from './statistics.ts';

/** Different whole numbers up to which a volume is taken for a label map; a scan has hundreds. */
const MOST_LABELS = 64;

/** Whether a volume is rather a label map than a scan: by what its file says, or by how few whole numbers it holds. */
export const looksLikeLabelMap = (
  { labels }: Pick<VolumeHeader, 'labels'>,
  { labelCounts }: Pick<VolumeStatistics, 'labelCounts'>,
): boolean => labels === true || (labelCounts !== undefined && labelCounts.size <= MOST_LABELS);
