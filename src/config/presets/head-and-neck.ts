/** InnerEye's HeadAndNeck: 22 structures in CT for radiotherapy. */
export const headAndNeck = `# InnerEye's HeadAndNeck: the 22 structures of its paper in CT.
# Still to give: dataset.path.
extends: innereye/segmentation-unet3d
dataset:
  format: csv
  channels: [ct]
  structures:
    - { name: external, display_name: zz_external, fill_holes: true }
    - { name: parotid_l, display_name: zz_parotid_l, fill_holes: true }
    - { name: parotid_r, display_name: zz_parotid_r, fill_holes: true }
    - { name: smg_l, display_name: zz_smg_l, fill_holes: true }
    - { name: smg_r, display_name: zz_smg_r, fill_holes: true }
    - { name: spinal_cord, display_name: zz_spinal_cord, fill_holes: true }
    - { name: brainstem, display_name: zz_brainstem, fill_holes: true }
    - { name: globe_l, display_name: zz_globe_l, fill_holes: true }
    - { name: globe_r, display_name: zz_globe_r, fill_holes: true }
    - { name: mandible, display_name: zz_mandible, fill_holes: true }
    - { name: spc_muscle, display_name: zz_spc_muscle, fill_holes: true }
    - { name: mpc_muscle, display_name: zz_mpc_muscle, fill_holes: true }
    - { name: cochlea_l, display_name: zz_cochlea_l, fill_holes: true }
    - { name: cochlea_r, display_name: zz_cochlea_r, fill_holes: true }
    - { name: lens_l, display_name: zz_lens_l, fill_holes: true }
    - { name: lens_r, display_name: zz_lens_r, fill_holes: true }
    - { name: optic_chiasm, display_name: zz_optic_chiasm, fill_holes: true }
    - { name: optic_nerve_l, display_name: zz_optic_nerve_l, fill_holes: true }
    - { name: optic_nerve_r, display_name: zz_optic_nerve_r, fill_holes: true }
    - { name: pituitary_gland, display_name: zz_pituitary_gland, fill_holes: true }
    - { name: lacrimal_gland_l, display_name: zz_lacrimal_gland_l, fill_holes: true }
    - { name: lacrimal_gland_r, display_name: zz_lacrimal_gland_r, fill_holes: true }
  splits: { train: 0.8, validation: 0.05, test: 0.15 }
preprocessing:
  - normalize: { method: ct-window, level: 50, window: 600 }
sampling:
  crop_size: [96, 288, 288]
  class_weights:
    [0.02, 0.044545, 0.044545, 0.044545, 0.044545, 0.044545, 0.044545,
     0.044545, 0.044545, 0.044545, 0.044545, 0.044545, 0.044545,
     0.044545, 0.044545, 0.044545, 0.044545, 0.044545, 0.044545,
     0.044545, 0.044545, 0.044545, 0.044545]
# 26 features where there are more than 20 structures, else 32.
architecture: { features: 26 }
loss:
  name: mixture
  components:
    - { name: focal, weight: 0.5, class_weight_power: 0.2 }
    - { name: soft_dice, weight: 0.5, class_weight_power: 0.1 }
training: { epochs: 120, batch_size: 1 }
inference: { window: [144, 512, 512] }
postprocessing:
  - summed_probability: { first: spinal_cord, second: brainstem, external: external }
  - summed_probability: { first: mpc_muscle, second: spc_muscle, external: external }
  - summed_probability: { first: optic_chiasm, second: pituitary_gland, external: external }
  - largest_component:
      structures:
        [external, parotid_l, parotid_r, smg_l, smg_r, spinal_cord,
         brainstem, globe_l, globe_r, mandible, spc_muscle, mpc_muscle,
         cochlea_l, cochlea_r, lens_l, lens_r, optic_chiasm, optic_nerve_l,
         optic_nerve_r, pituitary_gland, lacrimal_gland_l, lacrimal_gland_r]
  # Where they share slices, brainstem becomes spinal cord, and the muscles one another.
  - slice_exclusion: { higher: brainstem, lower: spinal_cord, higher_dominates: false }
  - slice_exclusion: { higher: spc_muscle, lower: mpc_muscle, higher_dominates: false }
  - slice_exclusion: { higher: optic_chiasm, lower: pituitary_gland, higher_dominates: true }
`;
