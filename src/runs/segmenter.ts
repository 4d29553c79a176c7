import type { LoadedSubject } from '../dataset/dataset.ts';
import type { Session } from '../engine/session.ts';
import { Predictor } from '../inference/predictor.ts';
import { type SegmentedSubject, type SegmentOptions, segmentTogether } from '../inference/segment-subject.ts';
import { preprocessSubject } from '../pipeline/preprocess.ts';
import type { PreparedSubject } from '../pipeline/subject.ts';
import { declareLearned, LAST } from '../training/learned.ts';
import { openRunEngine } from './engine-session.ts';
import type { LearnedWeights, PredictingModel } from './predicting-model.ts';
import { structureNames } from './run-settings.ts';
import { modelOf } from './trained-model.ts';

/** A network that is loaded. */
interface LoadedMember extends Pick<PredictingModel, 'settings' | 'plugins'> {
  readonly session: Session;
  readonly predictor: Predictor;
}

/** A trained model that is loaded and segments one subject after the other; an ensemble is one like any other. */
export class Segmenter {
  private constructor(
    private readonly model: PredictingModel,
    private readonly members: readonly LoadedMember[],
  ) {}

  /** @throws Fault where there is no engine, or not the device that the model asks for. */
  static async open(model: PredictingModel): Promise<Segmenter> {
    const members: LoadedMember[] = [];
    // One after the other: the engine of a process is opened by the first.
    for (const member of model.members) members.push(await loadMember(member, model));
    return new Segmenter(model, members);
  }

  /** Segments a subject, on the grid of its file. @throws Fault where its voxels cannot be used. */
  async segment(
    loaded: LoadedSubject,
    options: Pick<SegmentOptions, 'posteriors' | 'onTile' | 'probe'>,
  ): Promise<SegmentedSubject> {
    const { settings, combination } = this.model;
    // Most often all members see the same: the subject is prepared once for each way to do it.
    const prepared = new Map<LoadedMember['settings'], PreparedSubject>();
    const members = this.members.map(({ settings: own, plugins, predictor }) => {
      const subject =
        prepared.get(own) ??
        preprocessSubject(loaded, own.preprocessing, own.dataset.channels, {
          findTransform: plugins.findTransform,
        });
      prepared.set(own, subject);
      return { subject, predictor };
    });
    const weights = this.members.map(() => 1);
    return segmentTogether(members, combination ?? { method: 'mean', weights }, {
      ...options,
      structures: structureNames(settings),
      postprocessing: settings.postprocessing,
    });
  }

  close(): void {
    for (const { predictor, session } of this.members) {
      predictor.close();
      session.close();
    }
  }
}

async function loadMember(member: LearnedWeights, model: PredictingModel): Promise<LoadedMember> {
  const { settings, plugins } = member.own ?? model;
  const { engine } = model;
  const { session } = await openRunEngine(settings.training, { ...(engine && { fixed: engine }) });
  declareLearned(session, member);
  const predictor = new Predictor({
    session,
    model: modelOf(settings, plugins.models),
    learned: LAST,
    channels: settings.dataset.channels.length,
    classes: settings.dataset.structures.length + 1,
    cropSize: settings.sampling.crop_size,
    settings: settings.inference,
  });
  return { settings, plugins, session, predictor };
}
