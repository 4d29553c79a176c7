import type { Profile } from './profile.ts';

/** Share of waiting above which more loader threads, or less augmentation, make training faster. */
const MUCH = 0.1;

/** What training is held up by. */
export const bottleneckOf = ({ waitingForData }: Pick<Profile, 'waitingForData'>): 'loader' | 'engine' =>
  waitingForData > MUCH ? 'loader' : 'engine';

/** The same in a sentence, with what to do. */
export const BOTTLENECKS = {
  loader: 'The loader threads are the bottleneck: raise training.loader_threads, or augment less.',
  engine: 'The engine is the bottleneck, not the loader threads.',
} as const;
