/** A channel whose vendor is a file and a webhook, as a package of its own: what an adapter must have, and no more. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

const readTarget = (target) => {
  const to = target.replace(/^toy:/, '');
  return /^[\w#]+$/.test(to) ? { to } : undefined;
};

/** The vendor signs `<time>.<body as it was sent>`. */
function isSigned({ headers, body }, key) {
  const wanted = createHmac('sha256', key).update(`${headers['x-toy-at']}.`).update(body).digest();
  const given = Buffer.from(headers['x-toy-signature'] ?? '', 'hex');
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** Who it is, by a token in the headers or, with a key, by a signature over time and body. */
function credential({ token, signingKey }) {
  if (signingKey !== undefined) return { verify: (request) => isSigned(request, signingKey) };
  const isKnown = (headers) => headers['x-toy-token'] === token;
  return { verifyHeaders: isKnown, verify: ({ headers }) => isKnown(headers) };
}

async function open(settings, port) {
  const { token } = settings;
  await mkdir(port.folder, { recursive: true });
  let sent = 0;
  let end;
  const ended = new Promise((resolve) => {
    end = resolve;
  });
  await port.ingress({
    path: '/toy/webhook',
    maxBytes: 10_000,
    ...credential(settings),
    delivery: ({ headers }) => ({
      id: headers['x-toy-delivery'],
      ...(headers['x-toy-at'] !== undefined && { at: Number(headers['x-toy-at']) }),
    }),
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
    const { token, signingKey } = settings;
    if (!token) return { state: 'unconfigured', reason: 'not configured', shown: { tokenSource: 'none' } };
    return {
      state: 'ready',
      identity: token,
      secrets: [token],
      shown: { tokenSource: 'config' },
      connect: (port) => open({ token, signingKey }, port),
      probe: async () => ({ ok: true }),
      logout: async () => ({ removeKeys: ['token'] }),
    };
  },
};
