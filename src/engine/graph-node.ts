/** One value flowing through a graph: an output of a node. */
export interface Edge {
  readonly node: GraphNode;
  readonly output: number;
}

/** What is known of an output of a node. */
export interface OutputType {
  /** A number of `DataType`. */
  readonly dtype: number;
  readonly shape: readonly number[];
}

/** The value of an attribute, with its kind. */
export type Attribute =
  | { readonly kind: 'type' | 'int' | 'float'; readonly value: number }
  | { readonly kind: 'types' | 'ints' | 'floats' | 'shape'; readonly value: readonly number[] }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'string'; readonly value: string }
  | {
      readonly kind: 'tensor';
      readonly value: {
        readonly dtype: number;
        readonly shape: readonly number[];
        readonly bytes: Uint8Array;
      };
    };

/** One op of a recorded graph; nodes come in the order in which they were recorded, which is topological. */
export interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly Edge[];
  /** Nodes that must have run before. */
  readonly controls: readonly GraphNode[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly outputs: readonly OutputType[];
  /** TensorFlow's name of the device, or of a part of it; undefined: TensorFlow chooses. */
  readonly device?: string | undefined;
}

export const typeAttribute = (value: number): Attribute => ({ kind: 'type', value });

/** Type and shape of the value of an edge. */
export const typeOf = (edge: Edge): OutputType => edge.node.outputs[edge.output]!;
