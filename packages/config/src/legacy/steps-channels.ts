import { isJsonObject, objectAt } from '../json-object.ts';
import { dropIfEmpty, ensureObject, fillMissing, type MigrationStep, objectsOf, take } from './draft.ts';

const MOVED_CHANNELS = ['whatsapp', 'telegram', 'discord', 'slack', 'signal', 'imessage', 'msteams'] as const;

/** `bindings[].match.provider` and `.accountID` (steps 1 and 2 of the contract's table). */
export const renameBindingKeys: MigrationStep = (draft, changes) => {
  for (const [from, to] of [
    ['provider', 'channel'],
    ['accountID', 'accountId'],
  ] as const) {
    let renamed = false;
    for (const binding of objectsOf(draft.bindings)) {
      const match = objectAt(binding, 'match');
      if (match?.[from] === undefined || match[to] !== undefined) continue;
      match[to] = take(match, from);
      renamed = true;
    }
    if (renamed) changes.push(`Moved bindings[].match.${from} → bindings[].match.${to}.`);
  }
};

/** `session.sendPolicy.rules[].match.provider` (step 3). */
export const renameSendPolicyKeys: MigrationStep = (draft, changes) => {
  let renamed = false;
  for (const rule of objectsOf(objectAt(draft, 'session', 'sendPolicy')?.rules)) {
    const match = objectAt(rule, 'match');
    if (match?.provider === undefined || match.channel !== undefined) continue;
    match.channel = take(match, 'provider');
    renamed = true;
  }
  if (renamed) changes.push('Moved session.sendPolicy.rules[].match.provider → match.channel.');
};

/** `messages.queue.byProvider` (step 4). */
export const renameQueueKey: MigrationStep = (draft, changes) => {
  const queue = objectAt(draft, 'messages', 'queue');
  if (queue?.byProvider === undefined) return;
  const value = take(queue, 'byProvider');
  if (queue.byChannel !== undefined) {
    changes.push('Removed messages.queue.byProvider (messages.queue.byChannel already set).');
    return;
  }
  queue.byChannel = value;
  changes.push('Moved messages.queue.byProvider → messages.queue.byChannel.');
};

/** Channel sections at the top level (step 5). */
export const moveChannelSections: MigrationStep = (draft, changes) => {
  for (const id of MOVED_CHANNELS) {
    const section = draft[id];
    if (!isJsonObject(section)) continue;
    delete draft[id];
    const channels = ensureObject(draft, 'channels');
    const existed = isJsonObject(channels[id]);
    fillMissing(ensureObject(channels, id), section);
    changes.push(`${existed ? 'Merged' : 'Moved'} ${id} → channels.${id}.`);
  }
};

/** `routing.allowFrom` (step 6). */
export const moveRoutingAllowFrom: MigrationStep = (draft, changes) => {
  const routing = objectAt(draft, 'routing');
  if (routing?.allowFrom === undefined) return;
  const value = take(routing, 'allowFrom');
  dropIfEmpty(draft, 'routing');
  const whatsapp = objectAt(draft, 'channels', 'whatsapp');
  if (whatsapp === undefined) {
    changes.push('Removed routing.allowFrom (channels.whatsapp not configured).');
  } else if (whatsapp.allowFrom !== undefined) {
    changes.push('Removed routing.allowFrom (channels.whatsapp.allowFrom already set).');
  } else {
    whatsapp.allowFrom = value;
    changes.push('Moved routing.allowFrom → channels.whatsapp.allowFrom.');
  }
};

/** `routing.groupChat.requireMention` (step 7). */
export const moveRoutingRequireMention: MigrationStep = (draft, changes) => {
  const groupChat = objectAt(draft, 'routing', 'groupChat');
  if (groupChat?.requireMention === undefined) return;
  const value = take(groupChat, 'requireMention');
  dropIfEmpty(ensureObject(draft, 'routing'), 'groupChat');
  dropIfEmpty(draft, 'routing');
  for (const id of ['whatsapp', 'telegram', 'imessage'] as const) {
    if (id === 'whatsapp' && objectAt(draft, 'channels', id) === undefined) continue;
    const everyGroup = ensureObject(draft, 'channels', id, 'groups', '*');
    if (everyGroup.requireMention !== undefined) {
      changes.push(`Removed routing.groupChat.requireMention (channels.${id}.groups."*" already set).`);
      continue;
    }
    everyGroup.requireMention = value;
    changes.push(`Moved routing.groupChat.requireMention → channels.${id}.groups."*".requireMention.`);
  }
};

/** `gateway.token` (step 8). */
export const moveGatewayToken: MigrationStep = (draft, changes) => {
  const gateway = objectAt(draft, 'gateway');
  if (gateway?.token === undefined) return;
  const token = take(gateway, 'token');
  const auth = ensureObject(gateway, 'auth');
  if (auth.token !== undefined) {
    changes.push('Removed gateway.token (gateway.auth.token already set).');
    return;
  }
  auth.token = token;
  auth.mode ??= 'token';
  changes.push('Moved gateway.token → gateway.auth.token.');
};

/** `telegram.requireMention`, by now under `channels` (step 9). */
export const moveTelegramRequireMention: MigrationStep = (draft, changes) => {
  const telegram = objectAt(draft, 'channels', 'telegram');
  if (telegram?.requireMention === undefined) return;
  const value = take(telegram, 'requireMention');
  const everyGroup = ensureObject(telegram, 'groups', '*');
  if (everyGroup.requireMention !== undefined) {
    changes.push('Removed telegram.requireMention (channels.telegram.groups."*" already set).');
    return;
  }
  everyGroup.requireMention = value;
  changes.push('Moved telegram.requireMention → channels.telegram.groups."*".requireMention.');
};
