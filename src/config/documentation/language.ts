/** What a user must know of the language before the reference of its keys. */
export const LANGUAGE = `
# Configurations

A model is described by a YAML file named \`*.innereye.yaml\`. The smallest one names its data, the size of the crops and
a network; everything else has a default.

\`\`\`yaml
task: segmentation
dataset:
  path: ../data/liver
  channels: [ct]
  structures: [{ name: liver, label: 1 }]
sampling: { crop_size: [64, 128, 128] }
architecture: { name: unet3d }
\`\`\`

\`innereye validate CONFIG\` checks it together with its data, \`innereye resolve CONFIG\` prints every setting with the
file and line it comes from, \`innereye train CONFIG\` trains it.

## Order of axes, and units

Sizes, spacings and strides are written \`[z, y, x]\`: slices first, as in InnerEye and NumPy. For an axial CT, z goes from
feet to head. Only \`innereye volume\` and the affines inside image files speak of x, y, z. Names that end in \`_mm\` are in
millimetres, in \`_degrees\` in degrees, in \`_voxels\` in voxels; epochs and shares have no unit. Intensities are those of
the files (HU for CT) until \`normalize\` changes them.

## Inheriting

\`extends\` names what a configuration is based on: a preset, a file relative to the file it stands in, or a list of them,
of which later ones win. Bases may extend others in turn. A base that several of them extend is laid once, below all of
them: what one merely inherits from it does not undo what another makes of it.

\`\`\`yaml
extends: [innereye/segmentation-unet3d, ./our-scanner.innereye.yaml]
training: { epochs: 60 }
\`\`\`

- Maps are merged key by key. Single values and lists replace what is inherited.
- \`key: null\` takes an inherited value back, so that its default holds again. A key with nothing behind it is an error.
- A map that names another kind starts anew: \`architecture: { name: plain_unet }\` over an inherited \`unet3d\` keeps none of
  its settings, as they mean nothing to the other network. So do \`loss\`, \`optimizer\` and \`schedule\`.
- \`{ $append: […] }\` adds to the end of an inherited list, \`{ $remove: […] }\` takes entries out; both together first
  remove, then append. A word in \`$remove\` means the entries equal to it, the steps of that name, or the maps with that
  \`name\`; a map means the entries equal to it. Where nothing is inherited, they change the default of the list.

\`\`\`yaml
augmentation:
  $remove: [random_flip]
  $append:
    - random_gamma: { probability: 0.2 }
\`\`\`

An edit may also stand in a file that is mixed in with others and has no list of its own: it changes the list of the bases
named before it.

## Paths

\`dataset.path\`, \`dataset.splits.file\`, \`training.initial_weights\` and \`plugins\` are relative to the file that names
them, wherever it is extended from. Values of \`--set\` are relative to the working directory.

## Changing a value for one run

\`--set key.path=value\` lays a value over the file; the value is YAML. Entries of lists are named by their index from 0.

\`\`\`sh
innereye train lung.innereye.yaml --set training.epochs=5 --set augmentation.0.random_affine.probability=0.5
\`\`\`

## Steps

\`preprocessing\`, \`augmentation\` and \`postprocessing\` are lists of steps, done in their order. Each entry is a map with
the step's name as its only key.

## Plugins

\`plugins\` lists TypeScript or JavaScript modules. What they export with \`defineArchitecture\`, \`defineLoss\`,
\`defineTransform\` or \`defineMetric\` from \`innereye\` can be used by its name. They are compiled when they are needed.
Plugins run code: use only those you trust.

\`\`\`ts
import { defineTransform, z } from 'innereye';

export const clamp = defineTransform({
  name: 'clamp',
  options: z.object({ low: z.number(), high: z.number() }),
  preprocess(sample, { low, high }) {
    const images = sample.images.map(image => image.map(value => Math.min(high, Math.max(low, value))));
    return { ...sample, images };
  },
});
\`\`\`

\`\`\`yaml
plugins: [./clamp.ts]
preprocessing:
  - plugin: { name: clamp, low: -1000, high: 1000 }
\`\`\`

## From InnerEye-DeepLearning

\`innereye import-config args.txt\` turns the settings of an old run into a configuration, and lists what has no
counterpart. The samples HelloWorld, Lung, HeadAndNeck, Prostate, Hippocampus and Gbm are presets. GlaucomaPublic
classifies and has none: \`task: classification\` with the architecture \`glaucoma_net\` is the nearest. In outline it is a network of five convolutions (32 features,
kernels 7, 5, 3, 3, 3, the first with stride 2), an average over the volume and one linear layer, trained for 50 epochs
with batches of 64, Adam at 1e-4 and binary cross-entropy, subjects split 80/10/10.
`;
