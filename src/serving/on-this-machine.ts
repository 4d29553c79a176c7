import type { TrainingSettings } from '../config/schema/configuration.ts';

/** A model that was trained on a GPU is served with what there is. */
export const onThisMachine = <S extends { readonly training: TrainingSettings }>(settings: S): S =>
  settings.training.device === 'gpu'
    ? { ...settings, training: { ...settings.training, device: 'auto' } }
    : settings;
