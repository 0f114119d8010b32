/** The IRC channel: one user of a network. What it is stands here; the client library is loaded when an account opens. */
import { defineChannel } from '@chela/channels/adapter';
import { readAccount } from './account.ts';
import { allowlist } from './allowlist.ts';
import configSchema from './config-schema.json' with { type: 'json' };
import { facts } from './facts.ts';
import { issues } from './issues.ts';
import { passwordSource } from './settings.ts';
import { pairingTarget, targets } from './targets.ts';

export default defineChannel({
  facts,
  configSchema,
  targets,
  allowlist,
  pairingTarget,
  readAccount,
  details: (input) => ({ passwordSource: passwordSource(input) }),
  issues,
});
