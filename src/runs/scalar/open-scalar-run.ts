import type { Session } from '../../engine/session.ts';
import { ScalarPredictor } from '../../inference/scalar-predictor.ts';
import type { ScalarModel } from '../../models/model.ts';
import { declareLearned, LAST } from '../../training/learned.ts';
import { activationOf } from '../../training/losses/scalar-loss.ts';
import type { ScalarStepSettings } from '../../training/scalar-step.ts';
import { openRunEngine } from '../engine-session.ts';
import type { Run } from '../run-folder.ts';
import { type LearnedScalar, readLearnedScalar } from './scalar-model.ts';
import { scalarModelOf } from './scalar-task.ts';

/** A trained classification, regression or sequence model that is loaded. The opener closes it. */
export interface ScalarRun
  extends Pick<LearnedScalar, 'settings' | 'plugins' | 'facts' | 'scoring' | 'place'> {
  readonly model: ScalarModel;
  readonly sizes: Omit<ScalarStepSettings, 'batchSize'>;
  readonly session: Session;
  readonly predictor: ScalarPredictor;
  close(): void;
}

/**
 * Loads the best weights of a run.
 * @throws Fault where it is a segmentation, not one training, or has nothing to predict with.
 */
export const openScalarRun = async (run: Run): Promise<ScalarRun> => loadScalar(await readLearnedScalar(run));

/** Loads what was learned. @throws Fault where there is no engine, or not the device that is asked for. */
export async function loadScalar(member: LearnedScalar): Promise<ScalarRun> {
  const { settings, plugins, engine, learned, facts, scoring, place } = member;
  const { model, sizes } = scalarModelOf(settings, facts, plugins);
  const { session } = await openRunEngine(settings.training, { ...(engine && { fixed: engine }) });
  declareLearned(session, learned);
  const activation = activationOf(settings);
  const predictor = new ScalarPredictor({ session, model, learned: LAST, activation, sizes });
  return {
    settings,
    plugins,
    facts,
    scoring,
    place,
    model,
    sizes,
    session,
    predictor,
    close() {
      predictor.close();
      session.close();
    },
  };
}
