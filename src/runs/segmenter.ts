import type { LoadedSubject } from '../dataset/dataset.ts';
import type { Session } from '../engine/session.ts';
import { Predictor } from '../inference/predictor.ts';
import { type SegmentedSubject, segmentSubject } from '../inference/segment-subject.ts';
import { preprocessSubject } from '../pipeline/preprocess.ts';
import { STATISTICS, WEIGHTS } from '../training/training-step.ts';
import { openRunEngine } from './engine-session.ts';
import type { PredictingModel } from './predicting-model.ts';
import { structureNames } from './run-settings.ts';
import { modelOf } from './trained-model.ts';

/** A trained model that is loaded and segments one subject after the other. */
export class Segmenter {
  private constructor(
    private readonly model: PredictingModel,
    private readonly session: Session,
    private readonly predictor: Predictor,
  ) {}

  /** @throws Fault where there is no engine, or not the device that the model asks for. */
  static async open(model: PredictingModel): Promise<Segmenter> {
    const { settings, engine, plugins } = model;
    const [member, ...others] = model.members;
    if (!member || others.length > 0) throw new Error('a segmenter is made for one network');
    const { session } = await openRunEngine(settings.training, { ...(engine && { fixed: engine }) });
    session.variable(WEIGHTS, [member.weights.length], member.weights);
    if (member.statistics) session.variable(STATISTICS, [member.statistics.length], member.statistics);
    const predictor = new Predictor({
      session,
      model: modelOf(settings, plugins.models),
      weights: WEIGHTS,
      channels: settings.dataset.channels.length,
      classes: settings.dataset.structures.length + 1,
      cropSize: settings.sampling.crop_size,
      settings: settings.inference,
    });
    return new Segmenter(model, session, predictor);
  }

  /** Segments a subject, on the grid of its file. @throws Fault where its voxels cannot be used. */
  async segment(
    loaded: LoadedSubject,
    options: { readonly posteriors: boolean; onTile?(done: number, total: number): void },
  ): Promise<SegmentedSubject> {
    const { settings, plugins } = this.model;
    const prepared = preprocessSubject(loaded, settings.preprocessing, settings.dataset.channels, {
      findTransform: plugins.findTransform,
    });
    return segmentSubject(prepared, this.predictor, {
      ...options,
      structures: structureNames(settings),
      postprocessing: settings.postprocessing,
    });
  }

  close(): void {
    this.predictor.close();
    this.session.close();
  }
}
