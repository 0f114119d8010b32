import type { Config } from '@chela/config';
import type { ModelRef, ModelService } from '@chela/models';
import { aliasNamed } from './model-aliases.ts';

export interface ModelHint {
  readonly ref: ModelRef;
  /** What is left of the text. */
  readonly rest: string;
}

/**
 * The model at the head of the text behind `/new`: an alias, or a reference the catalog knows (reference
 * agent/sessions.md §5.4). Any other word is the beginning of a message.
 */
export async function readModelHint(
  text: string,
  { models, config, agentId }: { readonly models: ModelService; readonly config: Config; readonly agentId: string },
): Promise<ModelHint | undefined> {
  const [word = ''] = text.split(/\s+/, 1);
  if (word === '') return undefined;
  const isAlias = aliasNamed(config, word) !== undefined;
  if (!isAlias && !word.includes('/')) return undefined;
  const ref = models.parseRef(word);
  if (ref === undefined || !(await models.allowed(ref, agentId))) return undefined;
  const isKnown = (await models.catalog()).some(({ provider, id }) => provider === ref.provider && id === ref.model);
  return isAlias || isKnown ? { ref, rest: text.slice(word.length).trim() } : undefined;
}
