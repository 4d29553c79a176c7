import type { SearchState } from './search.ts';

/** Messages between the panel of a search and the extension. */
export type ToSearchPanel =
  | {
      readonly type: 'search';
      readonly folder: string;
      readonly name: string;
      readonly state: SearchState;
      /** Whether the winning configuration is written. */
      readonly hasWinner: boolean;
    }
  | { readonly type: 'fault'; readonly message: string };

export type FromSearchPanel =
  | { readonly type: 'ready' }
  /** Shows the run of a trial; `run` as the state of the search has it. */
  | { readonly type: 'openTrial'; readonly run: string }
  | { readonly type: 'openWinner' };

/** What the page keeps over a reload of the window. */
export interface SearchPanelState {
  readonly folder: string;
}
