import { Fault } from '../foundation/fault.ts';
import { type Build, tensorflowVersion } from './library.ts';

/** A Python package's file that holds libraries the engine needs. */
export interface Wheel {
  readonly requirement: string;
  /** Platform tag, for a pip that runs on any Python. */
  readonly platform: string;
  readonly sha256: string;
  /** Which of its files are taken. */
  readonly wanted: RegExp;
}

const tensorflowLibraries = /^tensorflow\/(libtensorflow_(?:cc|framework)\.(?:so\.2|2\.dylib))$/;

const tensorflow = (project: string, platform: string, sha256: string): Wheel => ({
  requirement: `${project}==${tensorflowVersion}`,
  platform,
  sha256,
  wanted: tensorflowLibraries,
});

const x64 = 'manylinux_2_27_x86_64';

/** By platform and processor, as Node names them. Where there is no CPU build of its own, the general one is that. */
const tensorflowWheels: Readonly<Record<string, Partial<Record<Build, Wheel>>>> = {
  'linux-x64': {
    cpu: tensorflow(
      'tensorflow-cpu',
      x64,
      '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
    ),
    gpu: tensorflow('tensorflow', x64, '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124'),
  },
  'linux-arm64': {
    cpu: tensorflow(
      'tensorflow',
      'manylinux_2_27_aarch64',
      '4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c',
    ),
  },
  'darwin-arm64': {
    cpu: tensorflow(
      'tensorflow',
      'macosx_12_0_arm64',
      '51f46f4806139d01fc7920cc72a4c75876f80649bf40ff083ab6212ceb43ca88',
    ),
  },
};

const nvidia = (requirement: string, platform: string, sha256: string): Wheel => ({
  requirement,
  platform,
  sha256,
  wanted: /^nvidia\/[^/]+\/lib\/([^/]+\.so[.\d]*)$/,
});

const x64Old = 'manylinux_2_17_x86_64';
const x64Older = 'manylinux_2_12_x86_64';

/**
 * CUDA 12 as TensorFlow 2.21 asks for it in the extra `and-cuda`, without the compiler (only XLA uses it). In this order
 * each library finds those it needs loaded already.
 */
export const cudaWheels: readonly Wheel[] = [
  nvidia(
    'nvidia-cuda-runtime-cu12==12.9.79',
    x64Old,
    '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3',
  ),
  nvidia(
    'nvidia-nvjitlink-cu12==12.9.86',
    x64Older,
    'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9',
  ),
  nvidia(
    'nvidia-cuda-nvrtc-cu12==12.9.86',
    x64Older,
    '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4',
  ),
  nvidia(
    'nvidia-cuda-cupti-cu12==12.8.90',
    x64Old,
    'ea0cb07ebda26bb9b29ba82cda34849e73c166c18162d3913575b0c9db9a6182',
  ),
  nvidia(
    'nvidia-cublas-cu12==12.9.3.13',
    x64,
    'd7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72',
  ),
  nvidia(
    'nvidia-cufft-cu12==11.4.1.4',
    x64Old,
    'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28',
  ),
  nvidia(
    'nvidia-curand-cu12==10.3.10.19',
    x64,
    '49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e',
  ),
  nvidia(
    'nvidia-cusparse-cu12==12.5.10.65',
    x64Old,
    '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78',
  ),
  nvidia(
    'nvidia-cusolver-cu12==11.7.5.82',
    x64,
    '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88',
  ),
  nvidia(
    'nvidia-cudnn-cu12==9.28.0.42',
    x64,
    '9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375',
  ),
  nvidia('nvidia-nccl-cu12==2.32.3', x64, 'bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c'),
];

/**
 * The wheels of a build for a platform.
 * @throws Fault where TensorFlow has none for it
 */
export function wheelsFor(
  build: Build,
  platform: string = process.platform,
  arch: string = process.arch,
): Wheel[] {
  const found = tensorflowWheels[`${platform}-${arch}`]?.[build];
  if (found) return build === 'gpu' ? [found, ...cudaWheels] : [found];
  const system = `${platform} on ${arch}`;
  throw new Fault(
    `there is no ${build.toUpperCase()} build of TensorFlow ${tensorflowVersion} for ${system}`,
    {
      remedy:
        platform === 'win32'
          ? 'Work in WSL (Windows Subsystem for Linux), where everything runs; the extension connects to it with Remote - WSL.'
          : build === 'gpu' && tensorflowWheels[`${platform}-${arch}`]
            ? 'Install the CPU build: `innereye engine install`.'
            : 'Name a folder with a TensorFlow library for this machine in INNEREYE_TENSORFLOW_LIBRARY.',
    },
  );
}
