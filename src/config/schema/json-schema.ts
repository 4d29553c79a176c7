import { z } from 'zod';
import { configurationSchema } from './configuration.ts';

/** What of JSON Schema describes a configuration: enough for completion, hover texts, documentation and messages. */
export interface SchemaNode {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | SchemaNode;
  readonly items?: boolean | SchemaNode;
  readonly prefixItems?: readonly SchemaNode[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly enum?: readonly (string | number)[];
  readonly const?: string | number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

let made: SchemaNode | undefined;

/** JSON Schema (2020-12) of a configuration as it is written, without `extends`; made once. */
export function configurationJsonSchema(): SchemaNode {
  made ??= z.toJSONSchema(configurationSchema, { io: 'input', unrepresentable: 'any' }) as SchemaNode;
  return made;
}
