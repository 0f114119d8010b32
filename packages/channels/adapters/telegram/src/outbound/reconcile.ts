/**
 * Whether a message is there whose send was cut off. The Bot API lists nothing, but it answers an edit that changes nothing:
 * "message is not modified" for a message of ours, "message can't be edited" for somebody else's, "message to edit not
 * found" where there is none. So the ids after the last known one are asked, first with an edit of the keyboard to the one
 * the part has, which shows nothing whatever it hits; only a single unknown message of ours is then compared by its text.
 *
 * Limits: ids of private chats and basic groups are counted over the whole account, so traffic elsewhere that nobody
 * told of widens the search (PROBES_MAX, then nobody knows; EMPTY_RUN ids behind the newest known one are looked at); polls, stickers and round videos
 * have no text to compare, and two unknown messages of ours are never told apart: both are left to the operator.
 */
import type { ChannelConnection, OutboundAddress, OutboundPart, SendReceipt } from '@chela/channels/adapter';
import type { BotApi } from '../api/client.ts';
import { isNotModified, refusalIn, toChannelError } from '../errors.ts';
import type { AccountSettings } from '../settings.ts';
import { captionParams, keyboardParam, previewParam, textParams, type VendorCall } from './call.ts';

type Known = Parameters<NonNullable<ChannelConnection['reconcile']>>[2];

export interface ReconcileDeps {
  readonly api: BotApi;
  readonly settings: Pick<AccountSettings, 'hasLinkPreview'>;
  /** The highest id seen in the chat's count of ids; undefined when none was. */
  readonly highestSeen: (chatId: string) => number | undefined;
  /** Messages that others wrote or that were sent with a receipt, in any chat with the same count of ids. */
  readonly isKnown: (chatId: string, messageId: string) => boolean;
  readonly pause: (ms: number) => Promise<void>;
}

/** Calls that one search may cost. */
const PROBES_MAX = 600;
/**
 * So many ids without a message behind the newest known one: there is no further message. Other chats of the account take
 * ids as well, and not all of theirs are known.
 */
const EMPTY_RUN = { chat: 12, account: 60 };
/** A request that was cut off may still be under way. */
const SETTLE_MS = 1_500;
/** A question changes nothing, so one that got no answer is put again. */
const ASKED_MAX = 4;
const ASK_AGAIN_MS = 500;

type Finding = 'ours' | 'others' | 'none';

export function createReconcile(deps: ReconcileDeps): NonNullable<ChannelConnection['reconcile']> {
  const { api, settings, highestSeen, isKnown, pause } = deps;

  /** Throws what the vendor refuses, and a ChannelError when it says nothing for too long. */
  const ask = async (
    method: string,
    params: VendorCall['params'],
    chat: string,
    signal: AbortSignal,
  ): Promise<void> => {
    for (let asked = 1; ; asked += 1) {
      try {
        await api.call(method, params, signal);
        return;
      } catch (error) {
        const failure = toChannelError(error, chat);
        if (failure.class === 'refused' || failure.class === 'format') throw error;
        if (failure.class === 'unauthorized' || asked === ASKED_MAX || signal.aborted) throw failure;
        await pause(failure.retryAfterMs ?? ASK_AGAIN_MS);
      }
    }
  };

  const look = async (chat: string, id: number, part: OutboundPart, signal: AbortSignal): Promise<Finding> => {
    try {
      const params = { chat_id: chat, message_id: id, ...keyboardParam(part.buttons) };
      await ask('editMessageReplyMarkup', params, chat, signal);
      return 'ours';
    } catch (error) {
      if (isNotModified(error)) return 'ours';
      const description = refusalIn(error)?.description ?? '';
      if (/not found/i.test(description) && /message/i.test(description)) return 'none';
      if (/can't be edited/i.test(description)) return 'others';
      throw toChannelError(error, chat);
    }
  };

  const isSame = async (chat: string, id: number, part: OutboundPart, signal: AbortSignal): Promise<boolean> => {
    const edit = comparison(part, settings);
    if (!edit) return false;
    try {
      const params = { chat_id: chat, message_id: id, ...edit.params, ...keyboardParam(part.buttons) };
      await ask(edit.method, params, chat, signal);
      return true;
    } catch (error) {
      if (isNotModified(error)) return true;
      if (refusalIn(error)) return false;
      throw toChannelError(error, chat);
    }
  };

  return async (address, part, known, signal) => {
    if (part.kind === 'edit' || part.kind === 'delete') return { messageId: part.messageId };
    if (!/^-?\d+$/.test(address.to)) return { unknown: 'a chat without a number cannot be searched' };
    const from = startingPoint(address, known);
    if (from === undefined) return { unknown: 'nothing is known from which a search could begin' };
    const { newest = [] } = known;
    const count = countOf(address.to);
    const emptyRun = count === ACCOUNT ? EMPTY_RUN.account : EMPTY_RUN.chat;
    const counted = newest.filter(({ chatId }) => chatId !== undefined && countOf(chatId) === count).map(idOf);
    const receipts = new Set(counted);
    /** The newest id known by now; while the search goes on, others write and make it rise. */
    const top = (): number => Math.max(from, highestSeen(address.to) ?? 0, ...counted);
    await pause(SETTLE_MS);
    /** Where it stood when the request was over: what was found is not looked for among later ones. */
    const settled = top();

    const found: number[] = [];
    let empty = 0;
    let probes = 0;
    const reach = (): number => (found.length > 0 ? settled : top());
    for (let id = from + 1; id <= reach() || empty < emptyRun; id += 1) {
      if (receipts.has(id) || isKnown(address.to, String(id))) continue;
      if (++probes > PROBES_MAX) return { unknown: `it is not among the ${PROBES_MAX} messages that were looked at` };
      const finding = await look(address.to, id, part, signal);
      empty = finding === 'none' && id > reach() ? empty + 1 : 0;
      if (finding === 'ours') found.push(id);
    }
    const [only] = found;
    if (only === undefined) return 'absent';
    if (found.length > 1) return { unknown: `messages ${found.join(', ')} of the chat may be it` };
    if (!(await isSame(address.to, only, part, signal))) return { unknown: `message ${only} of the chat may be it` };
    return { messageId: String(only), chatId: address.to };
  };
}

/**
 * The id before the first that the message can have. Ids of a supergroup are its own; elsewhere they are counted over the
 * account, and a receipt of any such chat tells where the count stood.
 */
function startingPoint(
  address: OutboundAddress,
  { inboundMessageId, receipts, earlier = [] }: Known,
): number | undefined {
  const elsewhere = earlier.filter(({ chatId }) => chatId !== undefined);
  const counted = [...receipts, ...elsewhere]
    .filter(({ chatId = address.to }) => countOf(chatId) === countOf(address.to))
    .map(idOf);
  const ids = [...counted, ...(inboundMessageId === undefined ? [] : [Number(inboundMessageId)])];
  const real = ids.filter((id) => Number.isSafeInteger(id) && id > 0);
  return real.length ? Math.max(...real) : undefined;
}

/** The count of ids that private chats and basic groups share. */
const ACCOUNT = 'account';

/** Chats with the same count of message ids. */
export const countOf = (chatId: string): string => (chatId.startsWith('-100') ? chatId : ACCOUNT);

const idOf = ({ messageId }: SendReceipt): number => Number(messageId);

/** An edit to what the message says already. */
function comparison(part: OutboundPart, settings: ReconcileDeps['settings']) {
  if (part.kind === 'text') {
    return { method: 'editMessageText', params: { ...textParams(part.text), ...previewParam(settings) } };
  }
  if (part.kind !== 'media' || part.media.asVideoNote) return undefined;
  return { method: 'editMessageCaption', params: captionParams(part.caption) };
}
