/** Who the bot is and how it stands, without a connection (reference channels/telegram.md §7, framework.md §19). */
import { type BotApi, createClient } from './api/client.ts';
import { toChannelError } from './errors.ts';
import { booleanIn, numberIn, stringIn } from './json.ts';
import type { AccountSettings } from './settings.ts';

/** What a configured group looks like to the bot. */
interface GroupAudit {
  readonly chatId: string;
  readonly ok: boolean;
  readonly status: string | null;
  readonly error?: string;
}

const GROUPS_AUDITED = 50;
const MEMBER_STATES = new Set(['creator', 'administrator', 'member', 'restricted']);

export async function probe(input: {
  readonly token: string;
  readonly settings: AccountSettings;
  readonly timeoutMs: number;
}) {
  const { token, settings, timeoutMs } = input;
  const client = await createClient(settings, token);
  const signal = AbortSignal.timeout(timeoutMs);
  const startedAt = performance.now();
  const elapsedMs = (): number => Math.round(performance.now() - startedAt);
  try {
    const me = await client.call('getMe', {}, signal);
    const webhook = await client.call('getWebhookInfo', {}, signal).catch(() => undefined);
    const time = elapsedMs();
    const botId = numberIn(me, 'id');
    const groups = (settings.groups ?? []).filter((id) => id !== '*');
    const audit =
      groups.length > 0 && botId !== undefined ? await auditGroups(client, botId, groups, signal) : undefined;
    return {
      ok: true,
      status: null,
      error: null,
      elapsedMs: time,
      bot: {
        id: botId ?? null,
        username: stringIn(me, 'username') ?? null,
        canJoinGroups: booleanIn(me, 'can_join_groups') ?? null,
        canReadAllGroupMessages: booleanIn(me, 'can_read_all_group_messages') ?? null,
        supportsInlineQueries: booleanIn(me, 'supports_inline_queries') ?? null,
      },
      ...(webhook !== undefined && {
        webhook: {
          url: stringIn(webhook, 'url') ?? null,
          hasCustomCert: booleanIn(webhook, 'has_custom_certificate') ?? null,
        },
      }),
      ...(audit && { audit }),
    };
  } catch (error) {
    const failure = toChannelError(error);
    return {
      ok: false,
      status: failure.class === 'unauthorized' ? 401 : null,
      error: failure.message,
      elapsedMs: elapsedMs(),
    };
  } finally {
    client.close();
  }
}

/** Whether the bot is a member of the groups that the settings name. */
async function auditGroups(api: BotApi, botId: number, groups: readonly string[], signal: AbortSignal) {
  const results: GroupAudit[] = [];
  for (const chatId of groups.slice(0, GROUPS_AUDITED).filter((id) => /^-?\d+$/.test(id))) {
    try {
      const member = await api.call('getChatMember', { chat_id: chatId, user_id: botId }, signal);
      const status = stringIn(member, 'status') ?? null;
      results.push({ chatId, ok: status !== null && MEMBER_STATES.has(status), status });
    } catch (error) {
      results.push({ chatId, ok: false, status: null, error: toChannelError(error).message });
    }
  }
  return { ok: results.every(({ ok }) => ok), checkedGroups: results.length, groups: results };
}
