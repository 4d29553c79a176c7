/** InnerEye's Gbm: glioblastoma in MRI. */
export const gbm = `# InnerEye's Gbm: the tumour mass of glioblastoma in MRI, each institution split by itself.
# Still to give: dataset.path.
extends: innereye/segmentation-unet3d
dataset:
  format: csv
  channels: [mr]
  structures:
    - { name: tumour_mass, color: "#ffffff" }
  splits: { train: 0.6, validation: 0.2, test: 0.2, institutions: {} }
preprocessing:
  - normalize: { method: mri-window, sharpen: 2.5, tail: 1 }
sampling:
  crop_size: [64, 192, 160]
  class_weights: [0.5, 0.5]
schedule: { minimum: 0 }
training: { epochs: 200, batch_size: 8 }
inference: { window: [256, 320, 320] }
`;
