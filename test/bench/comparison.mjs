// What a benchmark found: rows of one table, each with a value that must not be above its limit.

export const median = values => [...values].sort((a, b) => a - b)[values.length >> 1];

const spread = values => ({ median: median(values), least: Math.min(...values), most: Math.max(...values) });

/**
 * A row that compares times of the same rounds: ours divided by those of a peer.
 * @param times by contender, a list of one time a round; ours is the first
 * @param unit of the times
 * @param against the peer; default: the one whose median is the least
 */
export function compare(what, times, { unit, limit, against }) {
  const [ours, ...peers] = Object.keys(times);
  const medians = Object.fromEntries(Object.entries(times).map(([name, list]) => [name, median(list)]));
  const peer = against ?? peers.sort((a, b) => medians[a] - medians[b])[0];
  if (peer === undefined) return { what, medians, unit, skipped: 'no peer is installed' };
  const value = spread(times[ours].map((time, round) => time / times[peer][round]));
  return { what, medians, unit, rounds: times[ours].length, ours, against: peer, value, limit };
}

/** Prints a round: of a measurement that is cut off, the rounds before stay. */
export function tellRound(round, times, unit) {
  const listed = Object.entries(times).map(([name, list]) => `${name} ${list[round].toPrecision(4)}`);
  console.log(`round ${round + 1}: ${listed.join(', ')} ${unit}`);
}

/**
 * A row whose value is measured as it is.
 * @param more `medians` of what is shown beside it, the names of `ours` and of the peer `against`, `details` for the file
 */
export const measure = (what, values, { medians = {}, ...more }) => ({
  ...{ what, medians, rounds: values.length, value: spread(values) },
  ...more,
});

/** A row of something that could not be measured here. */
export const skipped = (what, why) => ({ what, medians: {}, skipped: why });

/** A row of something that went wrong. */
export const failed = (what, why) => ({ what, medians: {}, failed: why });

/** Undefined where a row has no value. */
export const isMet = ({ value, limit }) => value && value.median <= limit;
