import { normalizeProvider } from '@chela/models';
import { type CliContext, CliFailure } from '../context.ts';
import { type ModelDesk, openModelDesk } from './model-desk.ts';

/** `models auth order get`. */
export async function orderGet(
  context: CliContext,
  agent: string | undefined,
  flags: { readonly provider: string; readonly json?: boolean },
): Promise<void> {
  const desk = await openModelDesk(context, agent);
  const provider = normalizeProvider(flags.provider);
  const order = (await desk.auth.order(desk.agentId, provider)) ?? null;
  const authStorePath = desk.tilde(desk.auth.storePath(desk.agentId));
  if (flags.json) {
    const agentDir = desk.auth.agentDir(desk.agentId);
    return context.output.json({ agentId: desk.agentId, agentDir, provider, authStorePath, order });
  }
  show(context, desk, provider, order ?? undefined);
}

/** `models auth order set` and `clear`: profiles must be there and belong to the provider. */
export async function orderSet(
  context: CliContext,
  agent: string | undefined,
  rawProvider: string,
  ids: readonly string[] | undefined,
): Promise<void> {
  const desk = await openModelDesk(context, agent);
  const provider = normalizeProvider(rawProvider);
  const { profiles } = await desk.auth.overview(desk.agentId);
  for (const id of ids ?? []) {
    const profile = profiles.find((known) => known.id === id);
    if (profile === undefined) {
      throw new CliFailure([`Error: Auth profile "${id}" not found in ${desk.auth.agentDir(desk.agentId)}.`]);
    }
    if (profile.provider !== provider) {
      throw new CliFailure([`Error: Auth profile "${id}" is for ${profile.provider}, not ${provider}.`]);
    }
  }
  await desk.auth.setOrder(desk.agentId, provider, ids);
  show(context, desk, provider, ids);
}

function show(context: CliContext, desk: ModelDesk, provider: string, order: readonly string[] | undefined): void {
  context.output.line(`Agent: ${desk.agentId}`);
  context.output.line(`Provider: ${provider}`);
  context.output.line(`Auth store: ${desk.tilde(desk.auth.storePath(desk.agentId))}`);
  context.output.line(`Order: ${order === undefined ? 'by last use' : order.join(', ')}`);
}
