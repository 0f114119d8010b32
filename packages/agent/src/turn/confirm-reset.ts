import type { ModelRef } from '@chela/models';
import { resetText } from '../commands/command-texts.ts';
import type { AgentRequest } from '../runtime.ts';
import type { TurnDeps } from './turn-deps.ts';

/**
 * Tells people on a channel at once that their session starts over and on which model: the answer may take its time. Said
 * once however often the turn is started. A turn goes on without it.
 */
export async function confirmReset(
  deps: Pick<TurnDeps, 'tell' | 'models' | 'logger'>,
  request: AgentRequest,
  chosen: ModelRef | undefined,
): Promise<void> {
  if (deps.tell === undefined || request.origin === undefined) return;
  try {
    const usual = await deps.models.defaultRef(request.agentId);
    const model = chosen ?? usual;
    await deps.tell(request, { key: `${request.runId}:reset`, text: resetText(model, usual), model });
  } catch (error) {
    deps.logger.warn('the start of a new session could not be told', { runId: request.runId, error });
  }
}
