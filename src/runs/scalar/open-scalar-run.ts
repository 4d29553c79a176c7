import type { ScalarConfiguration } from '../../config/schema/configuration.ts';
import type { Session } from '../../engine/session.ts';
import { Fault } from '../../foundation/fault.ts';
import { ScalarPredictor } from '../../inference/scalar-predictor.ts';
import type { ScalarModel } from '../../models/model.ts';
import { declareLearned, LAST, learnedOf } from '../../training/learned.ts';
import { activationOf } from '../../training/losses/scalar-loss.ts';
import type { ScalarStepSettings } from '../../training/scalar-step.ts';
import { CheckpointFolder } from '../checkpoint-folder.ts';
import { openRunEngine } from '../engine-session.ts';
import { requireTrained } from '../require-trained.ts';
import type { Run } from '../run-folder.ts';
import { loadRunPlugins } from '../run-plugins.ts';
import { readRunSettings } from '../run-settings.ts';
import { scalarModelOf } from './scalar-task.ts';
import { readScoring, type Scoring } from './scoring.ts';
import { readTableFacts, type TableFacts } from './table-facts.ts';

/** A trained classification, regression or sequence model that is loaded. The opener closes it. */
export interface ScalarRun {
  readonly settings: ScalarConfiguration;
  readonly facts: TableFacts;
  readonly scoring: Scoring | undefined;
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
export async function openScalarRun(run: Run): Promise<ScalarRun> {
  const { folder, manifest } = run;
  if (manifest.kind !== undefined) {
    throw new Fault(`the run is of the kind ${manifest.kind}, not one trained model`, {
      place: { file: folder },
      remedy: 'Name the run of one of its trainings.',
    });
  }
  const settings = await readRunSettings(folder);
  if (settings.task === 'segmentation') {
    throw new Fault('the run is a segmentation, and this works on classes and numbers of subjects', {
      place: { file: folder },
      remedy: 'Name the run of a classification, regression or sequence task.',
    });
  }
  await requireTrained(run);
  const facts = await readTableFacts(folder);
  const { model, sizes } = scalarModelOf(settings, facts, await loadRunPlugins(settings));
  const checkpoint = await new CheckpointFolder(folder, model, 1).best();
  const { session } = await openRunEngine(settings.training, {
    ...(manifest.engine && { fixed: manifest.engine }),
  });
  declareLearned(session, learnedOf(checkpoint.variables));
  const predictor = new ScalarPredictor({
    session,
    model,
    learned: LAST,
    activation: activationOf(settings),
    sizes,
  });
  return {
    settings,
    facts,
    scoring: await readScoring(folder),
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
