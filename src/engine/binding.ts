import type { CApi, Pointer } from './c-api.ts';
import { checkStatus, withStatus } from './c-api.ts';
import { writeConfig } from './session-config.ts';
import { allocateValues, bytesPerElement, DataType, type TensorValues, toValues } from './tensor-types.ts';

/** How TF.js's kernels name the kinds of an op's attributes. */
export const AttributeKind = { string: 0, int: 1, float: 2, bool: 3, type: 4, shape: 5 } as const;

/** One attribute of an op, as TF.js's kernels give it. */
export interface OpAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: boolean | number | string | object;
}

/** What is known of a tensor that an op made. */
export interface TensorMetadata {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

/** What TF.js's Node kernels need from the side of TensorFlow; in TF.js a compiled addon has this interface. */
export interface Binding {
  createTensor(shape: number[], dtype: number, values: ArrayLike<number>): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): TensorValues;
  tensorMetadata(id: number): TensorMetadata;
  executeOp(name: string, attributes: OpAttribute[], inputs: number[], outputs: number): TensorMetadata[];
  isUsingGpuDevice(): boolean;
  getNumOfTensors(): number;
}

/** The numbers that TF.js's kernels read off the addon. */
export const bindingConstants = {
  TF_FLOAT: DataType.float32,
  TF_INT32: DataType.int32,
  TF_INT64: DataType.int64,
  TF_UINT8: DataType.uint8,
  TF_BOOL: DataType.bool,
  TF_STRING: DataType.string,
  TF_COMPLEX64: DataType.complex64,
  TF_RESOURCE: DataType.resource,
  TF_ATTR_STRING: AttributeKind.string,
  TF_ATTR_INT: AttributeKind.int,
  TF_ATTR_FLOAT: AttributeKind.float,
  TF_ATTR_BOOL: AttributeKind.bool,
  TF_ATTR_TYPE: AttributeKind.type,
  TF_ATTR_SHAPE: AttributeKind.shape,
  TF_Version: 'C API',
};

/** A device that TensorFlow found. */
export interface Device {
  readonly name: string;
  readonly type: string;
  readonly memoryBytes: number;
}

/** TensorFlow's eager runtime behind the interface of TF.js's addon: every op runs at once. */
export class EagerBinding implements Binding {
  readonly devices: readonly Device[];
  private readonly context: Pointer;
  private readonly status: Pointer;
  private readonly handles = new Map<number, Pointer>();
  private nextId = 1;

  constructor(
    private readonly api: CApi,
    threads: number,
  ) {
    this.status = api.TF_NewStatus();
    const options = api.TFE_NewContextOptions();
    const config = writeConfig({ threads });
    api.TFE_ContextOptionsSetConfig(options, config, config.byteLength, this.status);
    this.check();
    this.context = api.TFE_NewContext(options, this.status);
    this.check();
    api.TFE_DeleteContextOptions(options);
    this.devices = listDevices(api, this.context);
  }

  isUsingGpuDevice(): boolean {
    return this.devices.some(device => device.type === 'GPU');
  }

  getNumOfTensors(): number {
    return this.handles.size;
  }

  createTensor(shape: number[], dtype: number, values: ArrayLike<number>): number {
    const tensor = allocateTensor(this.api, dtype, shape, toValues(dtype, values));
    const handle = this.api.TFE_NewTensorHandle(tensor, this.status);
    this.api.TF_DeleteTensor(tensor);
    this.check();
    return this.keep(handle);
  }

  deleteTensor(id: number): void {
    this.api.TFE_DeleteTensorHandle(this.handle(id));
    this.handles.delete(id);
  }

  tensorDataSync(id: number): TensorValues {
    const tensor = this.api.TFE_TensorHandleResolve(this.handle(id), this.status);
    this.check();
    const values = readTensor(this.api, tensor);
    this.api.TF_DeleteTensor(tensor);
    return values;
  }

  executeOp(name: string, attributes: OpAttribute[], inputs: number[], outputs: number): TensorMetadata[] {
    const { api, status } = this;
    const op = api.TFE_NewOp(this.context, name, status);
    this.check();
    const results = new BigUint64Array(outputs);
    const count = Int32Array.of(outputs);
    try {
      for (const id of inputs) api.TFE_OpAddInput(op, this.handle(id), status);
      this.check();
      for (const attribute of attributes) this.setAttribute(op, attribute);
      api.TFE_Execute(op, results, count, status);
      this.check();
    } finally {
      api.TFE_DeleteOp(op);
    }
    return Array.from(results.subarray(0, count[0]), handle => this.tensorMetadata(this.keep(handle)));
  }

  tensorMetadata(id: number): TensorMetadata {
    const { api, status } = this;
    const handle = this.handle(id);
    const rank = api.TFE_TensorHandleNumDims(handle, status);
    const shape = Array.from({ length: rank }, (_, axis) =>
      Number(api.TFE_TensorHandleDim(handle, axis, status)),
    );
    this.check();
    return { id, shape, dtype: api.TFE_TensorHandleDataType(handle) };
  }

  private setAttribute(op: Pointer, { name, type, value }: OpAttribute): void {
    const { api } = this;
    if (Array.isArray(value)) {
      const list = value as number[];
      if (type === AttributeKind.type) api.TFE_OpSetAttrTypeList(op, name, list, list.length);
      else if (type === AttributeKind.int) api.TFE_OpSetAttrIntList(op, name, list, list.length);
      else if (type === AttributeKind.float) api.TFE_OpSetAttrFloatList(op, name, list, list.length);
      else if (type === AttributeKind.shape) {
        api.TFE_OpSetAttrShape(op, name, list, list.length, this.status);
        this.check();
      } else throw new Error(`attribute ${name}: no list of kind ${type}`);
    } else if (type === AttributeKind.type) api.TFE_OpSetAttrType(op, name, value as number);
    else if (type === AttributeKind.int) api.TFE_OpSetAttrInt(op, name, value as number);
    else if (type === AttributeKind.float) api.TFE_OpSetAttrFloat(op, name, value as number);
    else if (type === AttributeKind.bool) api.TFE_OpSetAttrBool(op, name, value ? 1 : 0);
    else if (type === AttributeKind.string) {
      api.TFE_OpSetAttrString(op, name, value as string, Buffer.byteLength(value as string));
    } else throw new Error(`attribute ${name}: unknown kind ${type}`);
  }

  private keep(handle: Pointer): number {
    this.handles.set(this.nextId, handle);
    return this.nextId++;
  }

  private handle(id: number): Pointer {
    const handle = this.handles.get(id);
    if (handle === undefined) throw new Error(`tensor ${id} is not alive`);
    return handle;
  }

  private check(): void {
    checkStatus(this.api, this.status);
  }
}

/** A new tensor of TensorFlow with a copy of the values. */
export function allocateTensor(
  api: CApi,
  dtype: number,
  shape: readonly number[],
  values: TensorValues,
): Pointer {
  const tensor = api.TF_AllocateTensor(dtype, [...shape], shape.length, values.byteLength);
  if (values.byteLength > 0) api.memcpy(api.TF_TensorData(tensor), values, values.byteLength);
  return tensor;
}

/** A copy of a tensor's values. */
export function readTensor(api: CApi, tensor: Pointer): TensorValues {
  const bytes = Number(api.TF_TensorByteSize(tensor));
  const dtype = api.TF_TensorType(tensor);
  const values = allocateValues(dtype, bytes / bytesPerElement(dtype));
  if (bytes > 0) api.memcpy(values, api.TF_TensorData(tensor), bytes);
  return values;
}

function listDevices(api: CApi, context: Pointer): Device[] {
  return withStatus(api, status => {
    const list = api.TFE_ContextListDevices(context, status);
    const devices = Array.from({ length: api.TF_DeviceListCount(list) }, (_, index) => ({
      name: api.TF_DeviceListName(list, index, status),
      type: api.TF_DeviceListType(list, index, status),
      memoryBytes: Number(api.TF_DeviceListMemoryBytes(list, index, status)),
    }));
    api.TF_DeleteDeviceList(list);
    return devices;
  });
}
