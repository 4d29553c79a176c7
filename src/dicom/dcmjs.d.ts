/** The part of dcmjs that is used here; it brings no types of its own. */
declare module 'dcmjs' {
  /** Elements by their keywords; sequences are lists of the same. */
  type Naturalized = Record<string, unknown>;

  class DicomDict {
    constructor(meta: unknown);
    readonly meta: Naturalized;
    dict: unknown;
    write(options?: object): ArrayBuffer;
  }

  const dcmjs: {
    readonly log: { setLevel(level: string): void };
    readonly data: {
      readonly DicomDict: typeof DicomDict;
      readonly DicomMessage: {
        readFile(bytes: ArrayBuffer, options?: object): DicomDict;
      };
      readonly DicomMetaDictionary: {
        naturalizeDataset(dict: unknown): Naturalized;
        denaturalizeDataset(dataset: Naturalized): unknown;
      };
    };
  };
  export default dcmjs;
}
