/** A channel whose vendor is a file and a webhook, as a package of its own: what an adapter must have, and no more. */
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

const readTarget = (target) => {
  const to = target.replace(/^toy:/, '');
  return /^[\w#]+$/.test(to) ? { to } : undefined;
};

async function open({ token }, port) {
  await mkdir(port.folder, { recursive: true });
  let sent = 0;
  let end;
  const ended = new Promise((resolve) => {
    end = resolve;
  });
  await port.ingress({
    path: '/toy/webhook',
    maxBytes: 10_000,
    verifyHeaders: (headers) => headers['x-toy-token'] === token,
    verify: ({ headers }) => headers['x-toy-token'] === token,
    delivery: ({ headers }) => ({ id: headers['x-toy-delivery'] }),
    async handle({ body }) {
      const { id, from, text } = JSON.parse(body.toString());
      await port.receive({
        kind: 'message',
        messageId: id,
        at: port.clock.now(),
        conversation: { type: 'direct', id: from },
        sender: { id: from },
        replyTo: { to: from },
        text,
        mention: { isDetectable: false, ofUs: false, ofOthers: false, isReplyToUs: false },
        attachments: [],
      });
      return { status: 200, body: '{"ok":true}' };
    },
  });
  return {
    self: { id: 'toy-bot' },
    ended,
    async send({ to }, part) {
      sent += 1;
      const text = part.kind === 'text' ? part.text.text : part.kind;
      await appendFile(join(port.folder, 'sent.jsonl'), `${JSON.stringify({ token, to, text })}\n`);
      return { messageId: `m${sent}` };
    },
    async close() {
      end({ kind: 'closed' });
    },
  };
}

export default {
  facts: {
    id: 'toy',
    label: 'Toy',
    detailLabel: 'Toy Bot',
    blurb: 'a channel for tests',
    aliases: [],
    order: 50,
    systemImage: 'cube',
    chatTypes: ['direct'],
    can: { polls: true },
    limits: { textChars: 4000, mediaMb: 1, history: 10 },
    dialect: 'plain',
    tables: 'code',
    takesIdempotencyKey: false,
    keepsReplyTags: false,
    commandsNeedOwner: false,
    actions: [{ name: 'send', isOpen: true }],
    login: 'token',
    pairingIdLabel: 'Your Toy user id',
  },
  configSchema: {},
  targets: {
    hint: '<id>',
    read: readTarget,
    looksLikeId: (target) => readTarget(target) !== undefined,
    write: ({ to }) => `toy:${to}`,
  },
  allowlist: { readEntry: (entry) => entry, writingsOf: ({ id }) => [id] },
  async readAccount({ settings }) {
    const { token } = settings;
    if (!token) return { state: 'unconfigured', reason: 'not configured', shown: { tokenSource: 'none' } };
    return {
      state: 'ready',
      identity: token,
      secrets: [token],
      shown: { tokenSource: 'config' },
      connect: (port) => open({ token }, port),
      probe: async () => ({ ok: true }),
      logout: async () => ({ removeKeys: ['token'] }),
    };
  },
};
