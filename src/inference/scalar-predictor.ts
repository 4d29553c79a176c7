import type { RecordedFunction, Session } from '../engine/session.ts';
import type { ScalarModel } from '../models/model.ts';
import { type LearnedVariables, learnedTensors } from '../training/learned.ts';
import { type Activation, activated } from '../training/losses/scalar-loss.ts';
import { inputFeeds, inputOf, type ScalarStepSettings } from '../training/scalar-step.ts';

export interface ScalarPredictorOptions {
  readonly session: Session;
  readonly model: ScalarModel;
  /** The session's variables to predict with. */
  readonly learned: LearnedVariables;
  readonly activation: Activation;
  readonly sizes: Omit<ScalarStepSettings, 'batchSize'>;
}

/** What is known of a subject. */
export interface SubjectInput {
  readonly images?: Float32Array;
  readonly features?: Float32Array;
  readonly present?: Float32Array;
}

/** Predicts subjects one by one with a session's weights. The creator closes it. */
export class ScalarPredictor {
  private graph: RecordedFunction | undefined;

  constructor(private readonly options: ScalarPredictorOptions) {}

  /**
   * Posteriors, or values in standard deviations, of a subject.
   * @param input `images [z, y, x, channel]` and `features`, as far as the model sees them; with visits `[position, …]` of
   * both, and `present [position]`
   * @returns one number a target; with visits `[position, target]`
   */
  async predict(input: SubjectInput): Promise<Float32Array> {
    this.graph ??= await this.record();
    const { output } = await this.graph.run<{ output: Float32Array }>({
      ...(input.images && { images: input.images }),
      ...(input.features && { features: input.features }),
      ...(input.present && { present: input.present }),
    });
    return output;
  }

  close(): void {
    this.graph?.close();
    this.graph = undefined;
  }

  private record(): Promise<RecordedFunction> {
    const { session, model, learned, activation, sizes } = this.options;
    return session.record('predict', inputFeeds({ ...sizes, batchSize: 1 }), (fed, variables) => {
      const output = model.forward(inputOf(fed), {
        training: false,
        ...learnedTensors(model, variables, learned),
        updateStatistic: () => {},
      });
      return { outputs: { output: activated(output, activation) } };
    });
  }
}
