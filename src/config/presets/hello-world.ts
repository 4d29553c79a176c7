/** InnerEye's HelloWorld: two epochs on a toy data set. */
export const helloWorld = `# InnerEye's HelloWorld: a network of four features, two epochs, for trying out an installation.
# Its data are noise, and both structures are the same file: it has nothing to learn from them.
# Still to give: dataset.path.
extends: innereye/segmentation-unet3d
dataset:
  format: csv
  channels: [channel1]
  mask: mask
  structures:
    - { name: region, fill_holes: true }
    - { name: region_1, fill_holes: true }
  allow_overlap: true
  splits: { ids: { train: [1, 2, 3], validation: [4, 5], test: [6] } }
preprocessing:
  - normalize: { method: ct-window, level: 50, window: 200 }
sampling: { crop_size: [64, 64, 64], class_weights: [0.02, 0.49, 0.49] }
architecture: { features: 4 }
optimizer: { learning_rate: 1e-4 }
training: { epochs: 2, batch_size: 2 }
inference: { overlap: 0, batch_size: 8 }
`;
