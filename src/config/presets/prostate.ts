/** InnerEye's Prostate: seven structures in CT for radiotherapy. */
export const prostate = `# InnerEye's Prostate: the seven structures of its paper in CT.
# Still to give: dataset.path.
extends: innereye/segmentation-unet3d
dataset:
  format: csv
  channels: [ct]
  structures:
    - { name: external, display_name: zz_External, color: "#ff0000", fill_holes: true }
    - { name: femur_r, display_name: zz_Femur_R, color: "#ff0000", fill_holes: true }
    - { name: femur_l, display_name: zz_Femur_L, color: "#ff0000", fill_holes: true }
    - { name: rectum, display_name: zz_Rectum, color: "#ff0000", fill_holes: true }
    - { name: prostate, display_name: zz_Prostate, color: "#ff0000", fill_holes: true }
    - { name: bladder, display_name: zz_Bladder, color: "#ff0000", fill_holes: false }
    - { name: seminalvesicles, display_name: zz_SeminalVesicles, color: "#ff0000", fill_holes: true }
  splits: { train: 0.8, validation: 0.05, test: 0.15 }
preprocessing:
  - normalize: { method: ct-window, level: 50, window: 600 }
sampling:
  crop_size: [64, 224, 224]
  class_weights: [0.02, 0.14, 0.14, 0.14, 0.14, 0.14, 0.14, 0.14]
training: { epochs: 120, batch_size: 2 }
inference: { window: [128, 512, 512] }
postprocessing:
  - smooth_posteriors: { sigma_mm: [2, 2, 3] }
  - largest_component: { structures: [external, femur_r, femur_l, rectum, prostate, bladder] }
`;
