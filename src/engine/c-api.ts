import koffi from 'koffi';
import { Fault } from '../foundation/fault.ts';
import { cudaLibraries } from './cuda.ts';
import type { LibraryFiles } from './library.ts';
import { cLibrary, loadQuietly, setEnvironment } from './quiet-loading.ts';

/** An address in TensorFlow's memory, or none. */
export type Pointer = bigint | null;

/** `TF_Output`: one output of an operation of a graph. */
export interface GraphOutput {
  oper: Pointer;
  index: number;
}

const pointer = 'void *';
const graphOutput = koffi.struct({ oper: pointer, index: 'int' });
const graphOutputs = koffi.pointer(graphOutput);

/**
 * The functions of TensorFlow's C API that the engine calls: name, result, arguments. Declared in tensorflow/c/c_api.h,
 * tf_tensor.h, tf_status.h and eager/c_api.h; that API is kept stable by TensorFlow.
 */
const declarations = {
  TF_Version: ['str', []],
  TF_NewStatus: [pointer, []],
  TF_DeleteStatus: ['void', [pointer]],
  TF_GetCode: ['int', [pointer]],
  TF_Message: ['str', [pointer]],
  TF_AllocateTensor: [pointer, ['int', 'int64_t *', 'int', 'size_t']],
  TF_DeleteTensor: ['void', [pointer]],
  TF_TensorData: [pointer, [pointer]],
  TF_TensorByteSize: ['size_t', [pointer]],
  TF_TensorType: ['int', [pointer]],
  TF_NewBufferFromString: [pointer, [pointer, 'size_t']],
  TF_NewBuffer: [pointer, []],
  TF_DeleteBuffer: ['void', [pointer]],

  TFE_NewContextOptions: [pointer, []],
  TFE_ContextOptionsSetConfig: ['void', [pointer, pointer, 'size_t', pointer]],
  TFE_DeleteContextOptions: ['void', [pointer]],
  TFE_NewContext: [pointer, [pointer, pointer]],
  TFE_ContextListDevices: [pointer, [pointer, pointer]],
  TF_DeviceListCount: ['int', [pointer]],
  TF_DeviceListName: ['str', [pointer, 'int', pointer]],
  TF_DeviceListType: ['str', [pointer, 'int', pointer]],
  TF_DeviceListMemoryBytes: ['int64_t', [pointer, 'int', pointer]],
  TF_DeleteDeviceList: ['void', [pointer]],
  TFE_NewTensorHandle: [pointer, [pointer, pointer]],
  TFE_DeleteTensorHandle: ['void', [pointer]],
  TFE_TensorHandleDataType: ['int', [pointer]],
  TFE_TensorHandleNumDims: ['int', [pointer, pointer]],
  TFE_TensorHandleDim: ['int64_t', [pointer, 'int', pointer]],
  TFE_TensorHandleResolve: [pointer, [pointer, pointer]],
  TFE_NewOp: [pointer, [pointer, 'str', pointer]],
  TFE_DeleteOp: ['void', [pointer]],
  TFE_OpAddInput: ['void', [pointer, pointer, pointer]],
  TFE_OpSetAttrType: ['void', [pointer, 'str', 'int']],
  TFE_OpSetAttrTypeList: ['void', [pointer, 'str', 'int *', 'int']],
  TFE_OpSetAttrInt: ['void', [pointer, 'str', 'int64_t']],
  TFE_OpSetAttrIntList: ['void', [pointer, 'str', 'int64_t *', 'int']],
  TFE_OpSetAttrFloat: ['void', [pointer, 'str', 'float']],
  TFE_OpSetAttrFloatList: ['void', [pointer, 'str', 'float *', 'int']],
  TFE_OpSetAttrBool: ['void', [pointer, 'str', 'uchar']],
  TFE_OpSetAttrString: ['void', [pointer, 'str', 'str', 'size_t']],
  TFE_OpSetAttrShape: ['void', [pointer, 'str', 'int64_t *', 'int', pointer]],
  TFE_Execute: ['void', [pointer, pointer, pointer, pointer]],

  TF_NewGraph: [pointer, []],
  TF_DeleteGraph: ['void', [pointer]],
  TF_NewOperation: [pointer, [pointer, 'str', 'str']],
  TF_AddInput: ['void', [pointer, graphOutput]],
  TF_AddInputList: ['void', [pointer, graphOutputs, 'int']],
  TF_SetAttrType: ['void', [pointer, 'str', 'int']],
  TF_SetAttrTypeList: ['void', [pointer, 'str', 'int *', 'int']],
  TF_SetAttrInt: ['void', [pointer, 'str', 'int64_t']],
  TF_SetAttrIntList: ['void', [pointer, 'str', 'int64_t *', 'int']],
  TF_SetAttrFloat: ['void', [pointer, 'str', 'float']],
  TF_SetAttrFloatList: ['void', [pointer, 'str', 'float *', 'int']],
  TF_SetAttrBool: ['void', [pointer, 'str', 'uchar']],
  TF_SetAttrString: ['void', [pointer, 'str', 'str', 'size_t']],
  TF_SetAttrShape: ['void', [pointer, 'str', 'int64_t *', 'int']],
  TF_SetAttrTensor: ['void', [pointer, 'str', pointer, pointer]],
  TF_FinishOperation: [pointer, [pointer, pointer]],
  TF_OperationOutputType: ['int', [graphOutput]],
  TF_GraphGetTensorNumDims: ['int', [pointer, graphOutput, pointer]],
  TF_GraphGetTensorShape: ['void', [pointer, graphOutput, pointer, 'int', pointer]],
  TF_GraphImportGraphDef: ['void', [pointer, pointer, pointer, pointer]],
  TF_NewImportGraphDefOptions: [pointer, []],
  TF_DeleteImportGraphDefOptions: ['void', [pointer]],
  TF_GraphOperationByName: [pointer, [pointer, 'str']],

  TF_NewSessionOptions: [pointer, []],
  TF_SetConfig: ['void', [pointer, pointer, 'size_t', pointer]],
  TF_SetTarget: ['void', [pointer, 'str']],
  TF_DeleteSessionOptions: ['void', [pointer]],
  TF_NewSession: [pointer, [pointer, pointer, pointer]],
  TF_CloseSession: ['void', [pointer, pointer]],
  TF_DeleteSession: ['void', [pointer, pointer]],
  TF_NewServer: [pointer, [pointer, 'size_t', pointer]],
  TF_ServerStart: ['void', [pointer, pointer]],
  TF_SessionRun: [
    'void',
    [pointer, pointer, pointer, pointer, 'int', pointer, pointer, 'int', pointer, 'int', pointer, pointer],
  ],
} as const;

type FunctionName = keyof typeof declarations;
type Argument =
  | Pointer
  | string
  | number
  | GraphOutput
  | readonly GraphOutput[]
  | ArrayBufferView
  | unknown[];
type Result<Declared> = Declared extends 'int' | 'size_t' | 'int64_t'
  ? number
  : Declared extends 'str'
    ? string
    : Declared extends 'void *'
      ? Pointer
      : undefined;

interface CFunction<R> {
  (...args: readonly Argument[]): R;
  async(...args: readonly [...Argument[], (error: Error | null, result: R) => void]): void;
}

/** TensorFlow's C API, by the names it has in C. */
export type CApi = {
  readonly [Name in FunctionName]: CFunction<Result<(typeof declarations)[Name][0]>>;
} & {
  /** The C library's memcpy: either side a typed array or an address. */
  readonly memcpy: (to: Pointer | ArrayBufferView, from: Pointer | ArrayBufferView, bytes: number) => Pointer;
};

/**
 * Loads the library into the process; it stays there until the process ends.
 * @throws Fault where it cannot be loaded or lacks a function.
 */
export function loadCApi(files: LibraryFiles): CApi {
  try {
    keepPrimitives();
    const library = loadQuietly(() => {
      for (const file of cudaLibraries(files.folder)) pin(file, true);
      // The framework's symbols must be visible to the other library.
      pin(files.framework, true);
      pin(files.main, false);
      koffi.load(files.framework, { global: true });
      return koffi.load(files.main);
    });
    const api: Record<string, unknown> = {};
    for (const [name, [result, args]] of Object.entries(declarations)) {
      api[name] = library.func(name, result, [...args]);
    }
    api.memcpy = cLibrary().func('memcpy', pointer, [pointer, pointer, 'size_t']);
    return api as CApi;
  } catch (error) {
    throw new Fault(`TensorFlow's library could not be loaded: ${(error as Error).message}`, {
      place: { file: files.main },
      remedy:
        'Install it again with `innereye engine install --force`, or name a folder with a TensorFlow 2.21 library ' +
        'for this machine in INNEREYE_TENSORFLOW_LIBRARY.',
      cause: error,
    });
  }
}

/**
 * Lets TensorFlow keep oneDNN's gradients of convolutions from step to step. By default it makes them anew each time, and
 * with them memory that the system must clear first: 7 % of a step in bfloat16 on 64³ voxels, for 40 MB (Zen 4).
 */
function keepPrimitives(): void {
  const variable = 'TF_MKL_OPTIMIZE_PRIMITIVE_MEMUSE';
  if (process.env[variable] === undefined) setEnvironment(variable, '0');
}

/**
 * Keeps a library in the process when koffi lets go of it at the end of a thread: unloading TensorFlow while its own
 * threads run crashes.
 */
function pin(file: string, visible: boolean): void {
  if (process.platform === 'win32') return;
  const mac = process.platform === 'darwin';
  const now = 2;
  const global = mac ? 0x8 : 0x100;
  const noDelete = mac ? 0x80 : 0x1000;
  const dlopen = cLibrary().func('dlopen', pointer, ['str', 'int']);
  dlopen(file, now | noDelete | (visible ? global : 0));
}

/** Runs `call` with a fresh status and turns a bad one into an Error with TensorFlow's message. */
export function withStatus<T>(api: CApi, call: (status: Pointer) => T): T {
  const status = api.TF_NewStatus();
  try {
    const result = call(status);
    checkStatus(api, status);
    return result;
  } finally {
    api.TF_DeleteStatus(status);
  }
}

/** An error that TensorFlow itself reported; `code` is from tsl/protobuf/error_codes.proto. */
export class TensorFlowError extends Error {
  override readonly name = 'TensorFlowError';
  constructor(
    message: string,
    readonly code: number,
  ) {
    super(message);
  }
}

export function checkStatus(api: CApi, status: Pointer): void {
  const code = api.TF_GetCode(status);
  if (code !== 0) throw new TensorFlowError(api.TF_Message(status), code);
}
