/** Files that can be laid over a scan. */
export const VOLUME_FILTER = {
  Volumes: ['nii', 'gz', 'nrrd', 'nhdr', 'mha', 'mhd', 'mgz', 'mgh', 'npy', 'dcm'],
};
