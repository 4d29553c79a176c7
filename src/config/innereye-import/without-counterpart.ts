import type { PythonValue } from './python-value.ts';

/** Why a setting of InnerEye has no place in a configuration, where there is more to say than that. */
const REASONS: Readonly<Record<string, string>> = {
  number_of_cross_validation_splits: 'innereye train CONFIG --cross-validation FOLDS asks for it',
  cross_validation_split_index: 'innereye train CONFIG --cross-validation FOLDS --fold INDEX asks for it',
  pl_deterministic: 'training always gives the same bits',
  detect_anomaly: 'steps without a finite loss are always reported',
  local_weights_path:
    'models are named when predicting; for a start from other weights see training.initial_weights',
  weights_url:
    'models are named when predicting; for a start from other weights see training.initial_weights',
  model_id: 'models are named when predicting',
  pretraining_run_recovery_id: 'name a run or checkpoint in training.initial_weights',
  generate_report: 'a report is always written',
  shuffle: 'the order of subjects is always random',
  drop_last_batch_in_training: 'the last batch of an epoch is filled up',
  mean_teacher_alpha: 'InnerEye could not predict with it; see training.ema_decay',
  pl_check_val_every_n_epoch: 'see validation.every_epochs',
  ensemble_aggregation_type: 'posteriors are averaged',
  comparison_blob_storage_paths: 'runs are compared with `innereye runs compare`',
  interpreter: 'given when a model is deployed',
  manufacturer: 'given when a model is deployed',
  output_to: 'given with --output',
  num_nodes: 'given when a job is submitted',
  cluster: 'given when a job is submitted',
};

/** InnerEye's own values of settings without a counterpart: left as they were, they ask for nothing. */
const DEFAULTS: Readonly<Record<string, PythonValue>> = {
  docker_shm_size: '440g',
  ensemble_aggregation_type: 'Average',
  generate_report: true,
  interpreter: 'Default_Interpreter',
  log_level: 'INFO',
  log_summaries_to_files: true,
  manufacturer: 'Default_Manufacturer',
  max_num_gpus: -1,
  multiprocessing_start_method: 'fork',
  num_nodes: 1,
  cross_validation_split_index: -1,
  pin_memory: true,
  pl_check_val_every_n_epoch: 1,
  show_patch_sampling: 1,
  shuffle: true,
  train: true,
};

/** True for settings that were never set. */
export function saysNothing(name: string, value: PythonValue | undefined): boolean {
  if (DEFAULTS[name] === value || value === 0) return true;
  if (value === null || value === undefined || value === '' || value === false) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** A line about a setting that could not be brought over. */
export function withoutCounterpart(name: string, value: PythonValue | undefined): string {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  const short = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return `${name}: ${short}${REASONS[name] === undefined ? '' : ` (${REASONS[name]})`}`;
}
