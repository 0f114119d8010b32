/**
 * A node of the loader's schema: the part of JSON Schema that the contract uses (reference config/schema-loader.json).
 * `lazy` stands in for a node whose text has not been parsed yet.
 */
export interface SchemaNode {
  /** A list stands for a union of scalars. */
  readonly type?: 'string' | 'number' | 'integer' | 'boolean' | 'object' | 'array' | readonly string[];
  readonly const?: string | number | boolean;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly SchemaNode[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  /** `false` rejects unknown keys, a node checks them, absent drops them silently. */
  readonly additionalProperties?: false | SchemaNode;
  readonly propertyNames?: SchemaNode;
  readonly items?: SchemaNode;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly default?: unknown;
  readonly lazy?: { readonly load: () => SchemaNode; readonly hasDefault: boolean };
}
