import type { GatewayServices, MethodDefinition } from '../method.ts';
import { absentPluginMethods } from './absent-plugins.ts';
import { agentMethods } from './agent.ts';
import { agentsMethods } from './agents.ts';
import { agentChangeMethods } from './agents-change.ts';
import { agentFileMethods } from './agents-files.ts';
import { approvalMethods } from './approvals.ts';
import { browserMethods } from './browser.ts';
import { channelMethods } from './channels.ts';
import { chatMethods } from './chat.ts';
import { configMethods } from './config.ts';
import { cronMethods } from './cron.ts';
import { deviceMethods } from './devices.ts';
import { healthMethods } from './health.ts';
import { logMethods } from './logs.ts';
import { messagingMethods } from './messaging.ts';
import { modelMethods } from './models.ts';
import { nodePairingMethods } from './node-pairing.ts';
import { nodeMethods } from './nodes.ts';
import { sessionChangeMethods } from './sessions-change.ts';
import { sessionReadMethods } from './sessions-read.ts';
import { skillMethods } from './skills.ts';
import { ttsMethods } from './tts.ts';
import { updateMethods } from './update.ts';
import { usageMethods } from './usage.ts';
import { voiceMethods } from './voice.ts';
import { webLoginMethods } from './web-login.ts';
import { wizardMethods } from './wizard.ts';

const FAMILIES = [
  healthMethods,
  modelMethods,
  agentsMethods,
  agentChangeMethods,
  agentFileMethods,
  configMethods,
  cronMethods,
  chatMethods,
  agentMethods,
  sessionReadMethods,
  sessionChangeMethods,
  logMethods,
  channelMethods,
  deviceMethods,
  nodeMethods,
  nodePairingMethods,
  approvalMethods,
  skillMethods,
  voiceMethods,
  usageMethods,
  ttsMethods,
  messagingMethods,
  webLoginMethods,
  browserMethods,
  updateMethods,
  wizardMethods,
  absentPluginMethods,
];

/** The method table of this gateway: every family over the same services. */
export function allMethods(services: GatewayServices): readonly MethodDefinition[] {
  return FAMILIES.flatMap((family) => family(services));
}
