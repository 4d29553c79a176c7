/** What InnerEye's segmentation models have in common. */
export const segmentation = `# What InnerEye's segmentation models have in common.
# Still to give: dataset (path, channels, structures), sampling.crop_size, architecture.
task: segmentation
preprocessing:
  - normalize: { method: ct-window, level: 50, window: 600, output_range: [-1, 1] }
sampling: { padding: edge }
loss: { name: soft_dice, background: true, squared: true }
optimizer: { name: adam, learning_rate: 1e-3, betas: [0.9, 0.999], epsilon: 1e-4, weight_decay: 1e-4 }
schedule: { name: polynomial, power: 0.9, minimum: 1e-5 }
training: { epochs: 100, batch_size: 2, seed: 42 }
inference: { overlap: 0.5, blend: crop, batch_size: 1 }
`;
