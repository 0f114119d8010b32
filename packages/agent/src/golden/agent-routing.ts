import { type RoutePeer, resolveRoute } from '../routing/resolve-route.ts';
import { goldenConfig } from './config.ts';
import { type Fields, fieldsOf, listOf, text } from './fields.ts';

/** Runs a case of the table `agent-routing`, whose `cfg` is a configuration or the name of one of the table's. */
export function agentRoutingCase(input: Fields, configs: Fields): unknown {
  const raw = fieldsOf(typeof input.cfg === 'string' ? configs[input.cfg] : input.cfg);
  const links = fieldsOf(raw.session).identityLinks;
  const base = goldenConfig(raw);
  const config = { ...base, session: { ...base.session, identityLinks: links }, bindings: raw.bindings };
  const accountId = text(input.accountId);
  const peer = queryPeer(input.peer);
  const parentPeer = queryPeer(input.parentPeer);
  const guildId = text(input.guildId);
  const teamId = text(input.teamId);
  return resolveRoute(config, {
    channel: text(input.channel) ?? '',
    memberRoleIds: listOf(input.memberRoleIds).flatMap((role) => text(role) ?? []),
    ...(accountId === undefined ? {} : { accountId }),
    ...(peer === undefined ? {} : { peer }),
    ...(parentPeer === undefined ? {} : { parentPeer }),
    ...(guildId === undefined ? {} : { guildId }),
    ...(teamId === undefined ? {} : { teamId }),
  });
}

/** A peer as a channel gives it: its id may be empty. */
function queryPeer(value: unknown): RoutePeer | undefined {
  const { kind, id } = fieldsOf(value);
  const known = (['direct', 'group', 'channel'] as const).find((name) => name === kind);
  return known === undefined ? undefined : { kind: known, id: text(id) ?? '' };
}
