export { normalizeUsage } from '@chela/protocol';
export {
  type AuthDesk,
  type AuthOverview,
  createAuthDesk,
  type ProviderAuth,
  type ShownProfile,
} from './auth/desk.ts';
export { createFileLock, type FileLock } from './auth/file-lock.ts';
export { missingKeyText } from './auth/missing-key.ts';
export { callInRotation } from './auth/rotation-keys.ts';
export type { BudgetReport } from './budgets/gate.ts';
export { planCandidates } from './candidates.ts';
export { listModels } from './catalog/list-models.ts';
export { modelPrices } from './catalog/model-prices.ts';
export { createModelService, type ModelServiceDeps } from './create-service.ts';
export type * from './driver.ts';
export { createLazyTransport } from './drivers/lazy-transport.ts';
export { classifyError, classifyMessage, reasonOfAnswer, STATUS_OF_REASON } from './failures/classify.ts';
export { assistantErrorText, billingText, isHistoryRefused, sanitizeUserText } from './failures/error-text.ts';
export { isContextOverflow, isLikelyContextOverflow } from './failures/overflow.ts';
export { cleanGeminiSchema } from './gemini-schema.ts';
export { type TranscriptPolicy, transcriptPolicy } from './history/policy.ts';
export type { Attachment, Download } from './media/attachments.ts';
export { type LookRequest, type LookResult, lookAtImages } from './media/look-at-images.ts';
export { createMediaUnderstanding, type MediaUnderstanding, type Understood } from './media/understand.ts';
export {
  createInboundUnderstanding,
  type InboundMessage,
  type InboundWords,
  type UnderstandInbound,
} from './media/understand-inbound.ts';
export { createLinkUnderstanding } from './media/understand-links.ts';
export { withUnderstood } from './media/understood-body.ts';
export { createQuotaReader } from './quota/create-quota-reader.ts';
export type { ProviderQuota, QuotaReader, QuotaWindow } from './quota/quota.ts';
export { DEFAULT_REF, normalizeProvider, parseModelRef, refKey, sameRef } from './refs.ts';
export { type ScannedModel, scanModels } from './scan/scan-models.ts';
export { aliasOf, configuredRef, resolveAllowedRef, resolveRef, thinkingDefault } from './selection.ts';
export {
  type CatalogEntry,
  type DriverLoader,
  type ModelSelection,
  type ModelService,
  UnknownModelError,
} from './service.ts';
export { type ModelSettings, readModelSettings } from './settings.ts';
export {
  normalizeElevated,
  normalizeReasoning,
  normalizeThinking,
  normalizeUsageDisplay,
  normalizeVerbose,
  supportsXhigh,
  thinkingFallback,
  thinkingLevels,
} from './thinking.ts';
export {
  estimatedCost,
  formatTokens,
  formatUsd,
  pricedUsage,
  promptTokens,
  sessionTotalTokens,
  ZERO_USAGE,
} from './usage.ts';
