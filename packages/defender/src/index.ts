export type { ActionRequest, Provenance, SessionHints } from './action-request.ts';
export {
  BundleRefusedError,
  bundleFingerprint,
  type PolicyBundle,
  readSignedBundle,
  type SignedBundle,
  signBundle,
  verifyBundle,
} from './bundle/bundle.ts';
export { readPolicySettings } from './bundle/policy-settings.ts';
export { createPolicyStore, type PolicyState, type PolicyStore } from './bundle/policy-store.ts';
export { createDefender, type Defender, type DefenderDeps, type Judgement } from './create-defender.ts';
export {
  createDefenderService,
  type DecisionRecord,
  type DefenderService,
  type Ruling,
} from './create-defender-service.ts';
export { type Decision, strictest, VERDICTS, type Verdict } from './decision.ts';
export { createQuarantine, type Quarantine, type QuarantinedAction } from './engine/quarantine.ts';
export type { Finding, Guard } from './finding.ts';
export { extractActionRequest } from './frame/extract-request.ts';
export { fullGuards } from './full-guards.ts';
export { sectionFromFirstVersion } from './settings/first-version.ts';
export { DefenderSettingsError, readDefenderSettings } from './settings/read-settings.ts';
export { DEFAULT_SETTINGS, type DefenderSettings } from './settings/settings.ts';
export { createSidecar, type Sidecar, type SidecarNews, type WatchedGateway } from './sidecar/create-sidecar.ts';
