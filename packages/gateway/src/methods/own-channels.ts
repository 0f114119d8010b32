import type { MethodFamily } from '../method.ts';
import { channelDeskMethods } from './channel-desk.ts';
import { channelOutboxMethods } from './channel-outbox.ts';
import { channelPairingMethods } from './channel-pairing.ts';

/** What the command line and the page ask of channels and the contract does not have. */
export const ownChannelMethods: MethodFamily = (services) => [
  ...channelDeskMethods(services),
  ...channelPairingMethods(services),
  ...channelOutboxMethods(services),
];
