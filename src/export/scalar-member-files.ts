import type { z } from 'zod';
import type { scalarMemberSchema } from '../contracts/bundle.ts';
import { currentEngine } from '../engine/engine.ts';
import { version } from '../foundation/version.ts';
import type { LearnedScalar } from '../runs/scalar/scalar-model.ts';
import { scalarModelOf } from '../runs/scalar/scalar-task.ts';
import { START, tensorsOf } from '../training/checkpoint.ts';
import { learnedVariables } from '../training/learned.ts';
import { encodeSafetensors } from '../training/safetensors.ts';
import { freezeScalar, OUTPUTS } from './frozen-scalar.ts';
import type { BundleFile } from './member-files.ts';
import { convertGraph } from './onnx/convert-graph.ts';
import { OPSET, writeModelProto } from './onnx/model-proto.ts';
import { writeSavedModel } from './saved-model.ts';

type MemberDescription = Omit<z.output<typeof scalarMemberSchema>, 'configuration'>;

/**
 * The files of a network that tells of subjects, and how the manifest describes them. The engine must be open.
 * @param folder in the bundle.
 * @param about texts that the ONNX file carries with it.
 */
export function scalarMemberFiles(
  member: LearnedScalar,
  folder: string,
  about: Readonly<Record<string, string>>,
): { files: BundleFile[]; description: MemberDescription } {
  const { settings, plugins, learned, facts, scoring } = member;
  const { model } = scalarModelOf(settings, facts, plugins);
  const graph = freezeScalar(member);
  const tensorflow = currentEngine().info.version;
  const file = (name: string, content: Buffer): BundleFile => ({ name: `${folder}/${name}`, content });
  const variables = learnedVariables(learned);
  const weights = file(
    'weights.safetensors',
    encodeSafetensors(tensorsOf({ progress: START, variables }, model)),
  );
  const saved = file('saved_model/saved_model.pb', writeSavedModel(graph, tensorflow));
  const onnx =
    settings.task === 'sequence'
      ? undefined
      : file(
          'model.onnx',
          writeModelProto(
            convertGraph(
              graph,
              { name: 'network', producerVersion: version, metadata: about },
              { sized: true },
            ),
          ),
        );
  return {
    files: [weights, ...(onnx ? [onnx] : []), saved],
    description: {
      weights: weights.name,
      ...(onnx && { onnx: { file: onnx.name, opset: OPSET, dynamic: ['batch'] } }),
      saved_model: { folder: `${folder}/saved_model`, batch: 1, tensorflow },
      inputs: Object.fromEntries(
        Object.entries(graph.feeds).map(([name, node]) => [name, node.outputs[0]!.shape.slice(1)]),
      ),
      output: OUTPUTS,
      precision: 'float32',
      table: structuredClone(facts) as MemberDescription['table'],
      ...(scoring && { scoring: structuredClone(scoring) as NonNullable<MemberDescription['scoring']> }),
    },
  };
}
