import type { Suite } from './suite.ts';
import { channels } from './suites/channels.ts';
import { chat } from './suites/chat.ts';
import { cli } from './suites/cli.ts';
import { fanout } from './suites/fanout.ts';
import { load } from './suites/load.ts';
import { memory } from './suites/memory.ts';
import { reconnect } from './suites/reconnect.ts';
import { rpc } from './suites/rpc.ts';
import { startup } from './suites/startup.ts';

/** In the order they run. */
export const SUITES: Readonly<Record<string, Suite>> = {
  startup,
  cli,
  chat,
  fanout,
  reconnect,
  rpc,
  load,
  memory,
  channels,
};
