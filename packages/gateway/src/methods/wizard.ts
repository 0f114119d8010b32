import { mergePatch } from '@chela/config';
import type { GatewayServices, MethodFamily } from '../method.ts';
import { startOnboarding } from '../wizard/onboarding.ts';
import { onboardingFacts } from '../wizard/onboarding-facts.ts';
import { onboardingPatch } from '../wizard/onboarding-patch.ts';
import type { Onboarding } from '../wizard/onboarding-state.ts';
import { storeProviderKey } from '../wizard/store-key.ts';
import { createWizardDesk } from '../wizard/wizard-desk.ts';
import { createRowBuilder } from './row.ts';

/** Onboarding by questions and answers, one at a time (reference protocol/methods.json wizard.*). */
export const wizardMethods: MethodFamily = (services) => {
  const { row } = createRowBuilder();
  const desk = createWizardDesk({ clock: services.clock, finish: (state) => write(services, state) });
  return [
    row({
      name: 'wizard.start',
      params: 'WizardStartParams',
      handle: (params) => desk.start(async () => startOnboarding(await onboardingFacts(services, params))),
    }),
    row({
      name: 'wizard.next',
      params: 'WizardNextParams',
      handle: ({ sessionId, answer }) => desk.next(sessionId, answer),
    }),
    row({
      name: 'wizard.status',
      params: 'WizardStatusParams',
      handle: ({ sessionId }) => desk.status(sessionId),
    }),
    row({
      name: 'wizard.cancel',
      params: 'WizardCancelParams',
      handle: ({ sessionId }) => desk.cancel(sessionId),
    }),
  ];
};

/** The key first: a configuration that names a model should find it. */
async function write(services: GatewayServices, state: Extract<Onboarding, { name: 'done' }>): Promise<void> {
  const { config, editor, clock, version } = services;
  const { provider, apiKey, reset } = state.draft;
  if (provider !== undefined && apiKey !== undefined) await storeProviderKey(services, provider, apiKey);
  const patch = onboardingPatch(state, { at: new Date(clock.now()).toISOString(), version });
  await editor.change((live) => mergePatch(reset ? {} : live, patch));
  await config.reload();
}
