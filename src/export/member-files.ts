import type { z } from 'zod';
import type { memberSchema } from '../contracts/bundle.ts';
import { currentEngine } from '../engine/engine.ts';
import { version } from '../foundation/version.ts';
import type { LearnedWeights, PredictingModel } from '../runs/predicting-model.ts';
import { modelOf } from '../runs/trained-model.ts';
import { START, tensorsOf } from '../training/checkpoint.ts';
import { learnedVariables } from '../training/learned.ts';
import { encodeSafetensors } from '../training/safetensors.ts';
import { freezeNetwork, INPUT, OUTPUT } from './frozen-model.ts';
import { convertGraph } from './onnx/convert-graph.ts';
import { OPSET, writeModelProto } from './onnx/model-proto.ts';
import { writeSavedModel } from './saved-model.ts';

/** A file of a bundle. */
export interface BundleFile {
  readonly name: string;
  readonly content: Buffer;
}

type MemberDescription = Omit<z.output<typeof memberSchema>, 'configuration'>;

/**
 * The files of a network, and how the manifest describes them. The engine must be open.
 * @param folder in the bundle.
 * @param about texts that the ONNX file carries with it.
 */
export function memberFiles(
  model: Pick<PredictingModel, 'settings' | 'plugins'>,
  learned: LearnedWeights,
  folder: string,
  about: Readonly<Record<string, string>>,
): { files: BundleFile[]; description: MemberDescription } {
  const { settings } = model;
  const network = modelOf(settings, model.plugins.models);
  const window = settings.inference.window ?? settings.sampling.crop_size;
  const graph = freezeNetwork(model, learned, window);
  const tensorflow = currentEngine().info.version;
  const variables = learnedVariables(learned);
  const onnx = convertGraph(graph, { name: 'network', producerVersion: version, metadata: about });
  const file = (name: string, content: Buffer): BundleFile => ({ name: `${folder}/${name}`, content });
  const [weights, model_onnx, saved] = [
    file('weights.safetensors', encodeSafetensors(tensorsOf({ progress: START, variables }, network))),
    file('model.onnx', writeModelProto(onnx)),
    file('saved_model/saved_model.pb', writeSavedModel(graph, tensorflow)),
  ];
  return {
    files: [weights, model_onnx, saved],
    description: {
      weights: weights.name,
      onnx: {
        file: model_onnx.name,
        opset: OPSET,
        dynamic: ['batch', 'z', 'y', 'x'],
        multiple: [...network.multiple],
      },
      saved_model: { folder: `${folder}/saved_model`, batch: 1, window: [...window], tensorflow },
      input: INPUT,
      output: OUTPUT,
      shrinkage: [...network.shrinkage],
      precision: 'float32',
    },
  };
}
