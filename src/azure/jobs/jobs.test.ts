import { describe, expect, it } from 'vitest';
import { searchSchema } from '../../config/schema/search.ts';
import { isoDuration } from './duration.ts';
import sweepStep from './fixtures/sweep-step.json' with { type: 'json' };
import { jobName } from './job-name.ts';
import { foldComponents, pipelineJob } from './pipeline-job.ts';
import { searchJob } from './sweep-job.ts';
import { jobTags } from './tags.ts';
import { type TrainingJob, trainingJob } from './training-job.ts';

const METRIC = 'validation/Dice/AverageAcrossStructures';

const JOB: TrainingJob = {
  displayName: 'abdomen',
  experiment: 'main',
  tags: { model_name: 'abdomen' },
  clusterId: '/computes/gpu',
  codeId: '/codes/c/versions/1',
  environmentId: '/environments/e/versions/1',
  environmentVariables: { A: 'b' },
  nodes: 1,
  sharedMemory: '16g',
  timeLimit: '3.5h',
  dataset: { uri: 'azureml://datastores/d/paths/abdomen', access: 'mount', file: "it's.csv" },
  results: 'azureml://datastores/d/paths/innereye/runs/x/',
};

describe('a training', () => {
  it('is a command with its data and a folder that outlives its node', () => {
    expect(trainingJob(JOB)).toEqual({
      jobType: 'Command',
      displayName: 'abdomen',
      experimentName: 'main',
      tags: { model_name: 'abdomen' },
      computeId: '/computes/gpu',
      codeId: '/codes/c/versions/1',
      environmentId: '/environments/e/versions/1',
      environmentVariables: { A: 'b' },
      command:
        'innereye azure in-job innereye-job/config.innereye.yaml --dataset "$' +
        "{{inputs.dataset}}\" --dataset-file 'it'\\''s.csv' --runs \"$" +
        '{{outputs.runs}}"',
      resources: { instanceCount: 1, shmSize: '16g' },
      limits: { jobLimitsType: 'Command', timeout: 'PT210M' },
      inputs: {
        dataset: {
          jobInputType: 'uri_folder',
          mode: 'ReadOnlyMount',
          uri: 'azureml://datastores/d/paths/abdomen',
        },
      },
      outputs: {
        runs: {
          jobOutputType: 'uri_folder',
          mode: 'ReadWriteMount',
          uri: 'azureml://datastores/d/paths/innereye/runs/x/',
        },
      },
    });
  });

  it('on several nodes has a worker on each, named by TF_CONFIG', () => {
    expect(trainingJob({ ...JOB, nodes: 3 })).toMatchObject({
      resources: { instanceCount: 3 },
      distribution: { distributionType: 'TensorFlow', workerCount: 3, parameterServerCount: 0 },
    });
  });
});

describe('a search', () => {
  const search = (settings: object) =>
    searchSchema.parse({ algorithm: { name: 'random' }, trials: 8, seed: 3, ...settings });

  it("is a sweep in the service's distributions", () => {
    const job = searchJob(
      JOB,
      search({
        parameters: {
          'optimizer.learning_rate': { distribution: 'loguniform', low: 1e-4, high: 1e-2 },
          'augmentation[0].random_flip.probability': { distribution: 'uniform', low: 0, high: 0.5 },
          'training.batch_size': { distribution: 'randint', low: 2, high: 4 },
          'sampling.crop_size': {
            distribution: 'choice',
            values: [
              [32, 32, 32],
              [48, 48, 48],
            ],
          },
        },
        early_stopping: { name: 'bandit', slack_factor: 0.15, every_epochs: 1, delay_epochs: 10 },
      }),
      METRIC,
      4,
    );
    expect(job.searchSpace).toEqual({
      optimizer_learning_rate: ['loguniform', [Math.log(1e-4), Math.log(1e-2)]],
      augmentation_0_random_flip_probability: ['uniform', [0, 0.5]],
      training_batch_size: ['choice', [[2, 3, 4]]],
      sampling_crop_size: ['choice', [['[32,32,32]', '[48,48,48]']]],
    });
    expect(job.trial.command).toContain(
      "--set 'optimizer.learning_rate=$" + "{{search_space.optimizer_learning_rate}}'",
    );
    expect(job).toMatchObject({
      objective: { goal: 'Maximize', primaryMetric: METRIC },
      samplingAlgorithm: { samplingAlgorithmType: 'Random', seed: 3 },
      earlyTermination: {
        policyType: 'Bandit',
        slackFactor: 0.15,
        evaluationInterval: 1,
        delayEvaluation: 10,
      },
      limits: { maxTotalTrials: 8, maxConcurrentTrials: 4, trialTimeout: 'PT210M' },
    });
  });

  it('is refused where the service has no counterpart', () => {
    const parameters = { 'training.seed': { distribution: 'randint', low: 0, high: 5000 } };
    expect(() => searchJob(JOB, search({ parameters }), METRIC, 4)).toThrow('5001 values');
    const few = { 'training.seed': { distribution: 'randint', low: 0, high: 5 } };
    const stopping = search({ parameters: few, early_stopping: { name: 'asha' } });
    expect(() => searchJob(JOB, stopping, METRIC, 4)).toThrow('asha');
  });
});

describe('a cross-validation as a pipeline', () => {
  const FOLDS = {
    count: 5,
    parallel: 3,
    metric: METRIC,
    goal: 'maximize',
    name: 'abdomen-1',
    ensemble: ['--ensemble mean'],
  } as const;
  const expression = (path: string) => `\${{${path}}}`;

  // scripts/goldens/azureml-sweep-step.py
  it("sweeps over the folds by the step that Microsoft's client would send", () => {
    const { jobs } = pipelineJob(JOB, FOLDS, { fold: '/components/f', ensemble: '/components/e' });
    expect(jobs.folds).toEqual(sweepStep);
  });

  it('sweeps over the folds, and the ensemble waits for all', () => {
    const { jobs } = pipelineJob(JOB, FOLDS, { fold: '/components/f', ensemble: '/components/e' });
    expect(jobs.folds).toMatchObject({
      type: 'sweep',
      trial: { componentId: '/components/f' },
      search_space: { fold: { type: 'choice', values: [0, 1, 2, 3, 4] } },
      sampling_algorithm: 'grid',
      objective: { goal: 'maximize', primary_metric: METRIC },
      limits: { max_total_trials: 5, max_concurrent_trials: 3, trial_timeout: 12_600 },
      outputs: { runs: { value: expression('parent.outputs.runs') } },
    });
    expect(jobs.ensemble!.inputs.folds!.value).toBe(expression('parent.jobs.folds.outputs.runs'));
    expect(jobs.ensemble!.inputs.name!.value).toBe('abdomen-1');
  });

  it('trains each fold by its number, and joins them where all have written', () => {
    const { fold, ensemble } = foldComponents(JOB, FOLDS);
    expect(fold.command).toContain(`--cross-validation 5 --fold ${expression('inputs.fold')}`);
    expect(ensemble.command).toContain(`--folds-in "${expression('inputs.folds')}"`);
    expect(Object.keys(ensemble.inputs)).toEqual(['dataset', 'folds', 'name']);
    expect(fold.environment_variables).toEqual({ A: 'b' });
    const other = foldComponents({ ...JOB, codeId: '/codes/d/versions/1' }, FOLDS);
    expect(other.fold.version).not.toBe(fold.version);
    expect(foldComponents(JOB, FOLDS).fold.version).toBe(fold.version);
  });
});

describe('names, times and tags', () => {
  it('of jobs are such as the service takes', () => {
    const name = jobName('Bäuche (äußere) '.repeat(9), new Date('2026-11-25T06:40:00Z'), '3f9a1c');
    expect(name).toMatch(/^[a-zA-Z0-9][a-zA-Z0-9\-_]{0,254}$/);
    expect(name).toMatch(/^Bauche-au-ere.*-20261125-064000-3f9a1c$/);
    expect(jobName('…', new Date(0), 'x')).toBe('run-19700101-000000-x');
  });

  it('are ISO durations', () => {
    expect(['90m', '3.5h', '2d'].map(isoDuration)).toEqual(['PT90M', 'PT210M', 'PT2880M']);
  });

  it("have InnerEye's names, and no token of a repository's address", () => {
    const tags = jobTags({
      model: 'm',
      run: 'r',
      user: 'u',
      commandLine: 'innereye azure submit m',
      seed: 42,
      version: '1',
      source: { commit: 'c', branch: 'b', dirty: true, repository: 'https://me:token@host/x.git' },
      own: { purpose: 'x'.repeat(300) },
    });
    expect(tags).toMatchObject({
      source_repository: 'https://host/x.git',
      source_dirty: 'true',
      effective_random_seed: '42',
    });
    expect(tags.purpose).toHaveLength(256);
  });
});
