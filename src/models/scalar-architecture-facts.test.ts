import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encoderInput } from '../config/checks/encoder-input.ts';
import { scalarArchitectureFacts } from '../config/scalar-architecture-facts.ts';
import { type ClassificationConfiguration, configurationSchema } from '../config/schema/configuration.ts';
import { scalarArchitectureSchema } from '../config/schema/scalar-architecture.ts';
import type { Zyx } from '../volume/volume.ts';
import { buildScalarModel } from './build-scalar-model.ts';

const small = fc.integer({ min: 2, max: 6 });
const blocks = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 });
const stem = fc.record({
  kernel_size: fc.constantFrom(3, 7),
  stride: fc.constantFrom(1, 2),
  pool: fc.boolean(),
});
const joint_channels = fc.boolean();
const normalization = fc.constant('batch');
const padded = fc.oneof(
  fc.record({
    name: fc.constant('image_encoder'),
    features: small,
    blocks: fc.integer({ min: 1, max: 5 }),
    padding: fc.constant('zero'),
    stride: fc.constantFrom([1, 2, 2], [2, 2, 2]),
    joint_channels,
  }),
  fc.record({ name: fc.constant('glaucoma_net'), features: small, joint_channels }),
  fc.record({ name: fc.constant('resnet'), features: small, blocks, stem, normalization, joint_channels }),
  fc.record({ name: fc.constant('densenet'), features: small, growth: small, blocks, stem, normalization }),
  fc.record({ name: fc.constant('segmentation_encoder'), classes: small, joint_channels }),
  fc.record({
    name: fc.constant('unet_encoder'),
    network: fc.record({
      name: fc.constantFrom('plain_unet', 'residual_unet', 'unet3d', 'unet2d'),
      features: small,
      levels: fc.integer({ min: 2, max: 4 }),
    }),
  }),
);
const sizes = fc.tuple(
  fc.constantFrom(1, 5, 8, 17),
  fc.integer({ min: 9, max: 40 }),
  fc.integer({ min: 9, max: 40 }),
);

const build = (settings: object, channels: number, features: number, inputSize: Zyx) =>
  buildScalarModel(
    scalarArchitectureSchema.parse(
      'network' in settings || (settings as { name: string }).name === 'glaucoma_net'
        ? settings
        : { ...settings, pooling: 'gated' },
    ),
    { channels, features, targets: 1, inputSize },
  );

describe('facts about a network of classification that is not built', () => {
  it('are those of the network that is: size and features of the last maps, weights of the encoder', () => {
    fc.assert(
      fc.property(
        padded,
        sizes,
        fc.constantFrom(1, 2),
        fc.constantFrom(0, 3),
        (settings, size, channels, features) => {
          const facts = scalarArchitectureFacts(scalarArchitectureSchema.parse(settings), {
            channels,
            size,
            tabular: features > 0,
          })!;
          fc.pre(!('network' in settings) || facts.mapSize.some(extent => extent > 1));
          const { parameters } = build(settings, channels, features, size);
          // The kernel of gated pooling has one weight for each voxel of the last maps.
          const gate = parameters.find(({ name }) => name === 'pooling/kernel');
          if (gate) expect(gate.size).toBe(facts.mapSize.reduce((product, extent) => product * extent, 1));
          const head = parameters.find(({ name }) => /^head\/(0|output)\/kernel$/.test(name))!;
          const joint = scalarArchitectureSchema.parse(settings) as { joint_channels: boolean };
          expect(head.shape[0]).toBe(facts.features * (joint.joint_channels ? 1 : channels) + features);
          const kernels = parameters.filter(({ name }) =>
            /^(encoder|stem)\/.*kernel$|^stem\/kernel$/.test(name),
          );
          const weights = kernels.reduce((sum, kernel) => sum + kernel.size, 0);
          const told = facts.levels.reduce((sum, level) => sum + level.weights, 0);
          if ('network' in settings) {
            // Kernels within thick slices, the stem and shortcuts are passed over.
            expect(told / weights).toBeGreaterThan(0.7);
            expect(told / weights).toBeLessThan(1.4);
          } else expect(told).toBe(weights);
        },
      ),
    );
  });

  it("are exact for the smallest images of InnerEye's encoder", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom([1, 3, 3], [3, 3, 3]),
        fc.constantFrom(0, 2),
        (blocks, kernel_size, features) => {
          const settings = { name: 'image_encoder', features: 2, blocks, kernel_size };
          const architecture = scalarArchitectureSchema.parse(settings);
          const { minimumInput } = scalarArchitectureFacts(architecture, {
            channels: 1,
            size: [1, 1, 1],
            tabular: features > 0,
          })!;
          expect(() => build(settings, 1, features, minimumInput)).not.toThrow();
          for (const axis of [0, 1, 2]) {
            const smaller = minimumInput.map((extent, at) => (at === axis ? extent - 1 : extent));
            if (smaller[axis]! > 0)
              expect(() => build(settings, 1, features, smaller as unknown as Zyx)).toThrow(/too small/);
          }
        },
      ),
    );
  });

  it('tell a configuration of images that are too small exactly where building it would fail', () => {
    const networks = fc.oneof(
      fc.record({
        name: fc.constant('image_encoder'),
        features: fc.constant(2),
        blocks: fc.integer({ min: 1, max: 3 }),
        padding: fc.constantFrom('none', 'zero'),
        kernel_size: fc.constantFrom([1, 3, 3], [3, 5, 3]),
      }),
      fc.record({
        name: fc.constantFrom('resnet', 'densenet'),
        features: fc.constant(2),
        blocks: fc.array(fc.constant(1), { minLength: 1, maxLength: 4 }),
        stem,
        normalization: fc.constantFrom('instance', 'batch'),
      }),
    );
    const edge = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(networks, fc.tuple(edge, edge, edge), fc.boolean(), (architecture, size, tabular) => {
        const settings = configurationSchema.parse({
          task: 'classification',
          dataset: {
            channels: ['scan'],
            targets: { column: 'sick' },
            features: { numerical: tabular ? ['age'] : [] },
          },
          architecture,
          input: { size },
        }) as ClassificationConfiguration;
        const told = encoderInput(settings, { exists: () => true, memoryBytes: 1e12 }).some(
          ({ severity }) => severity === 'error',
        );
        let failed = false;
        try {
          buildScalarModel(settings.architecture, {
            channels: 1,
            features: tabular ? 1 : 0,
            targets: 1,
            inputSize: size,
          });
        } catch {
          failed = true;
        }
        expect(told).toBe(failed);
      }),
      { numRuns: 300 },
    );
  });

  it('are none for an architecture without an encoder', () => {
    const mlp = scalarArchitectureSchema.parse({ name: 'mlp' });
    expect(scalarArchitectureFacts(mlp, { channels: 0, size: [1, 1, 1], tabular: true })).toBeUndefined();
  });
});
