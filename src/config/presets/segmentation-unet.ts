/** A plain U-Net with augmentation, trained the way nnU-Net found to work. */
export const segmentationUnet = `# A plain U-Net with instance normalisation, augmentation, Dice + cross-entropy and an average of the weights.
# A good start for a new data set. Crops must be multiples of 8 along every axis.
# Still to give: dataset (path, channels, structures).
task: segmentation
preprocessing:
  - normalize: { method: z-score }
sampling: { crop_size: [64, 64, 64] }
augmentation:
  - random_affine: { probability: 0.2, rotate_degrees: 15, scale: [0.85, 1.15] }
  - random_noise: { probability: 0.15, deviation: [0, 0.1] }
  - random_blur: { probability: 0.1, sigma_voxels: [0.5, 1] }
  - random_brightness: { probability: 0.3, shift: [-0.2, 0.2] }
  - random_contrast: { probability: 0.3, factor: [0.8, 1.2] }
  - random_gamma: { probability: 0.3, gamma: [0.7, 1.5] }
architecture: { name: plain_unet, features: 32, levels: 4, normalization: instance }
loss:
  name: mixture
  components:
    - { name: soft_dice, background: false, squared: false }
    - { name: cross_entropy }
optimizer: { name: adamw, learning_rate: 1e-3, weight_decay: 1e-4 }
schedule: { name: cosine, warmup_fraction: 0.03 }
training: { epochs: 100, batch_size: 2, gradient_clip_norm: 12, ema_decay: 0.99, seed: 42 }
inference: { overlap: 0.5, blend: gaussian }
`;
