/** The Telegram channel: a bot over the Bot API. What it is stands here; the client library is loaded when an account opens. */
import { defineChannel } from '@chela/channels/adapter';
import { readAccount } from './account.ts';
import { allowlist } from './allowlist.ts';
import { buttonProblem } from './button-scope.ts';
import configSchema from './config-schema.json' with { type: 'json' };
import { facts } from './facts.ts';
import { details, issues } from './issues.ts';
import { targets } from './targets.ts';

export default defineChannel({ facts, configSchema, targets, allowlist, buttonProblem, readAccount, details, issues });
