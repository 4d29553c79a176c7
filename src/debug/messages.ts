/** What the debug adapter and the thread that trains say to each other. */

/** The thread that trains, and the one that makes its crops; they take turns on one real thread. */
export const THREADS = { 1: 'trainer', 2: 'loader' } as const;
export type ThreadId = keyof typeof THREADS;

export type StepMode = 'continue' | 'next' | 'stepIn' | 'stepOut';

/** A breakpoint on a node, or on a block of the network wherever it is written. */
export interface NodeBreakpoint {
  readonly id: number;
  /** Such as `augmentation[1]`; `dataset.structures[0]` stops where that structure is in a crop. */
  readonly setting: string;
  /** Only this part of it, such as `encoder/0`. */
  readonly part?: string | undefined;
  readonly condition?: string | undefined;
  /** `5`, `>= 5`, `% 10`. */
  readonly hitCondition?: string | undefined;
  /** Instead of stopping, this is printed; expressions stand in braces. */
  readonly logMessage?: string | undefined;
}

/** A frame of the stack, innermost first. */
export interface StackFrame {
  readonly id: number;
  readonly name: string;
  readonly setting: string;
}

export type StopReason = 'breakpoint' | 'step' | 'pause' | 'entry' | 'exception';

export interface Stop {
  readonly reason: StopReason;
  readonly thread: ThreadId;
  /** Breakpoints that were hit. */
  readonly hit: readonly number[];
  readonly exception?: {
    readonly filter: string;
    readonly message: string;
    /** The tensor that is at fault, as an expression. */
    readonly tensor?: string;
  };
  readonly frames: Readonly<Record<ThreadId, readonly StackFrame[]>>;
}

export interface Variable {
  readonly name: string;
  readonly value: string;
  readonly type?: string;
  /** For its parts; 0 where it has none. */
  readonly reference: number;
  /** Number of numbered parts, which are asked for a page at a time. */
  readonly indexed?: number;
  readonly named?: number;
  /** What gives the same in a watch. */
  readonly evaluateName?: string;
  readonly settable?: boolean;
  /** True where it can be opened in the viewer. */
  readonly volume?: boolean;
}

export interface Scope {
  readonly name: string;
  readonly reference: number;
  readonly named: number;
  readonly expensive: boolean;
}

/** Questions that are answered while training is stopped, and their answers. */
export interface Questions {
  scopes: [{ frame: number }, Scope[]];
  variables: [
    { reference: number; filter?: 'indexed' | 'named'; start?: number; count?: number },
    Variable[],
  ];
  evaluate: [{ expression: string; frame?: number }, Variable];
  set: [{ reference: number; name: string; value: string }, Variable];
  complete: [{ text: string; frame?: number }, string[]];
  exportVolume: [{ expression: string; frame?: number; folder: string }, ExportedVolumes];
}
export type Question = keyof Questions;

/** Files that show a value in the viewer. */
export interface ExportedVolumes {
  readonly images: readonly string[];
  readonly labels: readonly string[];
}

export type ToTraining =
  | { readonly type: 'go'; readonly mode: StepMode }
  | { readonly type: 'pause' }
  | { readonly type: 'breakpoints'; readonly breakpoints: readonly NodeBreakpoint[] }
  | { readonly type: 'filters'; readonly filters: readonly string[] }
  /** Write a checkpoint and end. */
  | { readonly type: 'abort' }
  | { readonly type: 'ask'; readonly id: number; readonly question: Question; readonly given: unknown };

export type FromTraining =
  | { readonly type: 'run'; readonly folder: string }
  | { readonly type: 'stopped'; readonly stop: Stop }
  | {
      readonly type: 'output';
      readonly category: 'console' | 'stdout' | 'stderr';
      readonly text: string;
      readonly setting?: string;
    }
  /** A setting was changed while stopped. */
  | { readonly type: 'changed'; readonly setting: string; readonly value: number }
  | { readonly type: 'answer'; readonly id: number; readonly result: unknown }
  | { readonly type: 'refused'; readonly id: number; readonly message: string }
  | { readonly type: 'ended'; readonly status: string; readonly message?: string };
