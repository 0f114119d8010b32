import { channelPatch } from './onboarding-channel.ts';
import type { OnboardingDraft, OnboardingFacts } from './onboarding-state.ts';

/** What onboarding writes in the end. Pure. */

/** A merge patch of the configuration (reference cli/doctor.md §4, cli/samples onboard-config). */
export function onboardingPatch(
  { facts, draft }: { readonly facts: OnboardingFacts; readonly draft: OnboardingDraft },
  run: { readonly at: string; readonly version: string },
): Readonly<Record<string, unknown>> {
  const wizard = {
    lastRunAt: run.at,
    lastRunVersion: run.version,
    lastRunCommand: 'onboard',
    lastRunMode: draft.mode,
  };
  if (draft.mode === 'remote') {
    const remote = { url: draft.remoteUrl, ...(draft.remoteToken !== undefined && { token: draft.remoteToken }) };
    return { wizard, gateway: { mode: 'remote', remote } };
  }
  const isFresh = facts.existing === undefined || draft.reset;
  // A quick start leaves the gateway that is there as it is.
  const asksGateway = draft.advanced || isFresh;
  return {
    wizard,
    agents: {
      defaults: {
        workspace: draft.workspace,
        ...(draft.model !== undefined && { model: { primary: draft.model } }),
      },
    },
    gateway: asksGateway ? gatewayPart(draft, isFresh) : { mode: 'local' },
    ...channelPatch(draft.channel),
  };
}

function gatewayPart(draft: OnboardingDraft, isFresh: boolean): Readonly<Record<string, unknown>> {
  const secret = draft.auth === 'password' ? { password: draft.password } : { token: draft.token };
  return {
    mode: 'local',
    port: draft.port,
    bind: draft.bind,
    ...(draft.bindHost !== undefined && { customBindHost: draft.bindHost }),
    auth: { mode: draft.auth, ...secret },
    tailscale: { mode: draft.tailscale, resetOnExit: false },
    ...(isFresh && { nodes: { denyCommands: DENIED_ON_FRESH_INSTALLS } }),
  };
}

/** What devices may not do until somebody allows it. */
const DENIED_ON_FRESH_INSTALLS = [
  'camera.snap',
  'camera.clip',
  'screen.record',
  'calendar.add',
  'contacts.add',
  'reminders.add',
];
