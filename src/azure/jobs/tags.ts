/** Who and what a job was submitted from. */
export interface Source {
  readonly commit: string;
  readonly branch: string;
  readonly dirty: boolean;
  readonly author?: string;
  readonly message?: string;
  readonly repository?: string;
}

export interface Tagged {
  readonly model: string;
  readonly run: string;
  readonly user: string;
  readonly commandLine: string;
  readonly seed: number;
  readonly version: string;
  readonly source?: Source | undefined;
  readonly own: Readonly<Record<string, string>>;
}

/** The service takes no longer ones. */
const LONGEST = 256;

/**
 * Tags that every job gets, by InnerEye's names (`azure_runner.py`, `additional_run_tags`), and the configuration's own
 * over them.
 */
export function jobTags({
  model,
  run,
  user,
  commandLine,
  seed,
  version,
  source,
  own,
}: Tagged): Record<string, string> {
  const all: Record<string, string | undefined> = {
    model_name: model,
    execution_mode: 'Train',
    innereye_run: run,
    innereye_version: version,
    build_user: user,
    commandline_args: commandLine,
    effective_random_seed: String(seed),
    source_repository: source?.repository && withoutUser(source.repository),
    source_branch: source?.branch,
    source_id: source?.commit,
    source_dirty: source && String(source.dirty),
    source_author: source?.author,
    source_message: source?.message,
    ...own,
  };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, value.slice(0, LONGEST)]],
    ),
  );
}

/** Addresses of repositories may have a name and a token in them. */
const withoutUser = (address: string): string => address.replace(/^(\w+:\/\/)[^/@]+@/, '$1');
