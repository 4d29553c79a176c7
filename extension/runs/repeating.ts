/** Does some work again and again, a pause apart, as long as it is wanted; what fails once is tried again. */
export class Repeating {
  private timer: NodeJS.Timeout | undefined;
  private working = false;
  private disposed = false;

  constructor(
    private readonly work: () => Promise<unknown>,
    private readonly wanted: () => boolean,
    private readonly pauseMilliseconds: number,
  ) {}

  /** Begins where it is wanted and not under way. */
  start(): void {
    if (this.disposed || this.working || this.timer !== undefined || !this.wanted()) return;
    this.timer = setTimeout(() => void this.turn(), this.pauseMilliseconds);
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.timer);
  }

  private async turn(): Promise<void> {
    this.timer = undefined;
    this.working = true;
    try {
      await this.work();
    } catch (error) {
      console.error(error);
    } finally {
      this.working = false;
      this.start();
    }
  }
}
