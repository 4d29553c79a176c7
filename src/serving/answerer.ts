import type { AnswerFormat, PredictionTask } from '../contracts/serving.ts';

/** A model that is loaded in the predicting process. */
export interface Answerer {
  /** What it answers with; the first where a client names none. */
  readonly formats: readonly AnswerFormat[];
  /**
   * @returns the file with the answer, in the task's folder
   * @throws Fault for an input that cannot be predicted; ArchiveFault where it cannot be unpacked
   */
  answer(task: PredictionTask): Promise<string>;
}
