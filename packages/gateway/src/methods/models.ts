import { unavailable } from '@chela/protocol';
import type { MethodFamily } from '../method.ts';
import { createRowBuilder } from './row.ts';

/** `models.list`: the catalogue, sorted by provider and name. */
export const modelMethods: MethodFamily = ({ models }) => {
  const { row } = createRowBuilder();
  return [
    row({
      name: 'models.list',
      params: 'ModelsListParams',
      async handle() {
        try {
          return { models: await models.catalog() };
        } catch (error) {
          throw unavailable(String(error), { cause: error });
        }
      },
    }),
  ];
};
