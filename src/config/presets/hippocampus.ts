/** InnerEye's Hippocampus: both hippocampi in T1 MRI. */
export const hippocampus = `# InnerEye's Hippocampus: left and right hippocampus in T1 MRI (ADNI); a subject's scans stay on one side of the split.
# Still to give: dataset.path.
extends: innereye/segmentation-unet3d
dataset:
  format: csv
  channels: [mri]
  structures:
    - { name: hippocampus_L, color: "#ffffff" }
    - { name: hippocampus_R, color: "#ffffff" }
  splits: { train: 0.8, validation: 0.1, test: 0.1, group_by: groupID }
preprocessing:
  - normalize: { method: mri-window, sharpen: 2.5, tail: 1 }
sampling:
  crop_size: [128, 176, 176]
  class_weights: [0.3334, 0.3333, 0.3333]
architecture: { features: 16 }
schedule: { minimum: 0 }
training: { epochs: 200, batch_size: 2 }
inference: { overlap: 0 }
`;
