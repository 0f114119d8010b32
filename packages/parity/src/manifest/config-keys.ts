import { readFile } from 'node:fs/promises';
import Type, { type Static } from 'typebox';
import { checked } from '../checked.ts';

/** What the contract says about the value of a key (reference config/keys.json). */
const KeyShapeSchema = Type.Object({
  type: Type.Union([Type.String(), Type.Array(Type.String())]),
  items: Type.Optional(Type.Unknown()),
  enum: Type.Optional(Type.Array(Type.Unknown())),
  itemEnum: Type.Optional(Type.Array(Type.Unknown())),
  minimum: Type.Optional(Type.Number()),
  maximum: Type.Optional(Type.Number()),
  exclusiveMinimum: Type.Optional(Type.Number()),
  minLength: Type.Optional(Type.Number()),
  maxLength: Type.Optional(Type.Number()),
  pattern: Type.Optional(Type.String()),
  format: Type.Optional(Type.String()),
  required: Type.Optional(Type.Boolean()),
  strict: Type.Optional(Type.Boolean({ description: 'an object that takes no other keys' })),
});

export interface ConfigKey {
  /** Dotted; `*` is any member of a record, `[]` an item of a list. */
  readonly path: string;
  /** `loader` keys are enforced when the file is read, the others when their plugin is. */
  readonly origin: string;
  /** What a change of it needs: none, hot or restart. */
  readonly reload: string;
  readonly shape: Static<typeof KeyShapeSchema>;
}

const FILE = new URL('../../data/contract/config-keys.tsv', import.meta.url);

/** Every configuration key of the contract, in the order of reference config/keys.json. */
export async function loadConfigKeys(): Promise<readonly ConfigKey[]> {
  const text = await readFile(FILE, 'utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [path = '', origin = '', reload = '', shape = ''] = line.split('\t');
      return { path, origin, reload, shape: checked(KeyShapeSchema, JSON.parse(shape), `config-keys.tsv: ${path}`) };
    });
}

/** Objects hold keys; what they do is what their keys do. */
export const isLeafKey = ({ shape }: ConfigKey): boolean => shape.type !== 'object';
