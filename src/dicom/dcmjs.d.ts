/** The part of dcmjs that is used here; it brings no types of its own. */
declare module 'dcmjs' {
  /** Elements by their keywords; sequences are lists of the same. */
  type Naturalized = Record<string, unknown>;

  class DicomDict {
    constructor(meta: unknown);
    readonly meta: Naturalized;
    /** Elements by their tags, eight hexadecimal digits. */
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
        /** Of every keyword its tag, as (gggg,eeee), and its representation. */
        readonly nameMap: Readonly<Record<string, { readonly tag: string; readonly vr: string }>>;
      };
    };
  };
  export default dcmjs;
}
