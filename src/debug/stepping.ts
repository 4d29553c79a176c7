import type { StepMode } from './messages.ts';

/** How deep a place is: frames around it, and blocks within its node. */
export interface Depth {
  readonly frames: number;
  /** 0: a node of the configuration; 1: a block of the network; 2: a layer of a block … */
  readonly within: number;
}

export const depthOfPart = (part: string | undefined) => (part === undefined ? 0 : part.split('/').length);

/** Decides where a step ends. */
export class Stepping {
  private mode: StepMode = 'continue';
  private from: Depth = { frames: 0, within: 0 };

  /** Begins a step at the place where training is stopped. */
  begin(mode: StepMode, from: Depth): void {
    this.mode = mode;
    this.from = from;
  }

  /** Whether training stops at a place that it comes to. */
  endsAt({ frames, within }: Depth): boolean {
    switch (this.mode) {
      case 'continue':
        return false;
      case 'stepIn':
        return true;
      case 'next':
        return within <= this.from.within;
      case 'stepOut':
        return this.from.within > 0 ? within < this.from.within : frames < this.from.frames && within === 0;
    }
  }
}
