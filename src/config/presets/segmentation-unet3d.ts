/** InnerEye's UNet3D with the training settings of its samples. */
export const segmentationUnet3d = `# InnerEye's UNet3D: five resolutions, batch normalisation. Crops must be multiples of 16 along every axis.
# Still to give: dataset (path, channels, structures).
extends: innereye/segmentation
sampling: { crop_size: [64, 64, 64] }
architecture: { name: unet3d, features: 32, levels: 5, kernel_size: 3 }
`;
