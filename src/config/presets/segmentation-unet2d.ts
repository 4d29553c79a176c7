/** InnerEye's UNet2D, slice by slice. */
export const segmentationUnet2d = `# InnerEye's UNet2D: single slices. Crops must be multiples of 16 along y and x.
# Still to give: dataset (path, channels, structures).
extends: innereye/segmentation
sampling: { crop_size: [1, 256, 256] }
architecture: { name: unet2d, features: 32, levels: 5, kernel_size: 3 }
training: { batch_size: 8 }
inference: { batch_size: 8 }
`;
