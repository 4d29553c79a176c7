import { describeFault, describePlace, Fault, type Place } from '../foundation/fault.ts';

/** Something found: in a configuration, its data set, or a file. */
export interface Told {
  readonly severity: 'error' | 'warning' | 'information' | 'hint';
  readonly message: string;
  readonly place: Place;
  readonly remedy?: string | undefined;
}

/** Examples of many findings alike; few are all told. */
const EXAMPLES = 3;

/**
 * Texts for a terminal, errors first. Findings that differ only in the names and numbers in their message are told
 * together, with some examples: a data set of hundreds of scans often has one fault hundreds of times.
 * @param all each by itself.
 */
export function describeFindings(findings: readonly Told[], all = false): string[] {
  const groups = new Map<string, Told[]>();
  for (const [index, finding] of findings.entries()) {
    const key = all ? String(index) : `${finding.severity} ${shapeOf(finding.message)}`;
    const group = groups.get(key);
    if (group) group.push(finding);
    else groups.set(key, [finding]);
  }
  const ordered = [...groups.values()].sort(([a], [b]) => rank(a!) - rank(b!));
  return ordered.flatMap(group =>
    group.length <= EXAMPLES ? group.map(describeOne) : [describeGroup(group)],
  );
}

const RANKS: readonly Told['severity'][] = ['error', 'warning', 'information', 'hint'];
const rank = ({ severity }: Told): number => RANKS.indexOf(severity);

/** The message with blanks for what is in quotes and for numbers. */
const shapeOf = (message: string): string => message.replace(/"[^"]*"/g, '"…"').replace(/\d+(\.\d+)?/g, '#');

const describeOne = ({ severity, message, place, remedy }: Told): string =>
  `${severity}: ${describeFault(new Fault(message, { place, ...(remedy !== undefined && { remedy }) }))}`;

function describeGroup(group: readonly Told[]): string {
  const [first] = group;
  const { severity, message, remedy } = first!;
  const same = group.every(other => other.message === message);
  const examples = group.slice(0, EXAMPLES).map(({ message: own, place }) => {
    const where = describePlace(place);
    return same ? `  at ${where}` : `  ${own}${where && ` at ${where}`}`;
  });
  return [
    `${severity}, ${group.length} times: ${same ? message : shapeOf(message)}`,
    ...examples,
    `  and ${group.length - EXAMPLES} more (--all shows them)`,
    ...(remedy === undefined || group.some(other => other.remedy !== remedy) ? [] : [`  ${remedy}`]),
  ].join('\n');
}
