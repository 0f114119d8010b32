import type { ChannelAdapter } from '../contract/adapter.ts';
import type { ChannelConnection, DirectoryEntry } from '../contract/connection.ts';
import type { OutboundAddress } from '../contract/outbound.ts';

/** A target that leads nowhere, in the contract's words (reference channels/framework.md §18). */
export class UnknownTargetError extends Error {
  override readonly name = 'UnknownTargetError';
}

const DIRECTORY_LIMIT = 20;

/** The address of a target that is written as an id. Throws UnknownTargetError. */
export function readTarget({ facts, targets }: ChannelAdapter, target: string): OutboundAddress {
  const address = targets.read(target.trim());
  if (address === undefined) throw unknownTarget({ facts, targets }, target);
  return address;
}

/**
 * The address of a target as a model or a person writes it: an id, else a name that the channel's directory knows once.
 * Throws UnknownTargetError.
 */
export async function resolveTarget(
  adapter: ChannelAdapter,
  connection: ChannelConnection | undefined,
  target: string,
): Promise<OutboundAddress> {
  const { targets, facts } = adapter;
  if (targets.looksLikeId(target.trim())) return readTarget(adapter, target);
  const named = await namedIn(connection, target.trim());
  const [only, ...others] = named;
  if (only === undefined) throw unknownTarget(adapter, target);
  if (others.length > 0) {
    const choices = named.map(({ id, name }) => `${name ?? id} (${id})`).join(', ');
    throw new UnknownTargetError(`Ambiguous target "${target}" for ${facts.label}: ${choices}. Hint: ${targets.hint}`);
  }
  return readTarget(adapter, only.id);
}

function unknownTarget({ facts, targets }: Pick<ChannelAdapter, 'facts' | 'targets'>, target: string): Error {
  return new UnknownTargetError(`Unknown target "${target}" for ${facts.label}. Hint: ${targets.hint}`);
}

/** People and groups with exactly this name or handle. */
async function namedIn(connection: ChannelConnection | undefined, target: string): Promise<readonly DirectoryEntry[]> {
  const text = target.replace(/^[@#]/, '').toLowerCase();
  if (text === '' || connection?.directory === undefined) return [];
  const query = { text, limit: DIRECTORY_LIMIT };
  const found = await Promise.all([connection.directory('peers', query), connection.directory('groups', query)]);
  const matching = found
    .flat()
    .filter(({ name, handle }) =>
      [name, handle].some((writing) => writing?.replace(/^[@#]/, '').toLowerCase() === text),
    );
  return [...new Map(matching.map((entry) => [entry.id, entry])).values()];
}
