/** InnerEye's Lung: five thoracic structures in CT. */
export const lung = `# InnerEye's Lung: spinal cord, lungs, heart and oesophagus in CT (LCTSC 2017), at 1 × 1 × 3 mm.
# Subjects 0 to 8 are for testing: give the others in dataset.splits.ids or dataset.splits.file; the shares here hold
# until then. Still to give: dataset.path.
extends: innereye/segmentation-unet3d
dataset:
  format: csv
  channels: [ct]
  structures:
    - { name: spinalcord, display_name: SpinalCord }
    - { name: lung_r, display_name: Lung_R }
    - { name: lung_l, display_name: Lung_L }
    - { name: heart, display_name: Heart }
    - { name: esophagus, display_name: Esophagus }
  splits: { train: 0.75, validation: 0.1, test: 0.15 }
preprocessing:
  - normalize: { method: ct-window, level: -500, window: 2200 }
sampling:
  crop_size: [64, 224, 224]
  class_weights: [0.02, 0.196, 0.196, 0.196, 0.196, 0.196]
training: { epochs: 300, batch_size: 3 }
inference: { window: [112, 512, 512] }
postprocessing:
  - largest_component: { structures: [lung_l, lung_r, heart] }
`;
