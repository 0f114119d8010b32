export {
  ADMIN_SCOPE,
  contractMethodScope,
  type Grant,
  type MethodScope,
  maySeeEvent,
  type Role,
  refusal,
} from './access.ts';
export { GatewayClosedError, GatewayRequestError, GatewayTimeoutError } from './client/errors.ts';
export {
  type CloseInfo,
  createGatewayClient,
  type GatewayClient,
  type GatewayClientOptions,
  type RequestOptions,
} from './client/gateway-client.ts';
export { CLOSE, cutCloseReason, SERVICE_RESTART_REASON, SLOW_CONSUMER_REASON } from './close.ts';
export {
  acceptsProtocol,
  audienceOf,
  type ClientAudience,
  isBrowserClient,
  isControlUi,
  requestedRole,
} from './connect-params.ts';
export {
  createDeviceIdentity,
  type DeviceIdentity,
  readPublicKey,
  type SignedConnect,
  signaturePayload,
  signDevice,
  verifySignature,
} from './device-identity.ts';
export { type ErrorCode, type ErrorShape, invalidRequest, ProtocolError, unavailable } from './errors.ts';
export {
  type ConnectParams,
  type EventFrame,
  type HelloOk,
  type IncomingFrame,
  parseRequest,
  parseServerFrame,
  type RequestFrame,
  type ResponseFrame,
  type ServerFrame,
} from './frames.ts';
export { CONTRACT_EVENTS } from './generated/contract-events.ts';
export { CONTRACT_METHODS, HELLO_METHODS } from './generated/contract-methods.ts';
export { LEGACY_ALIASES, type LegacyAlias } from './legacy/alias.ts';
export { modernConnectParams } from './legacy/connect.ts';
export { modernMethod } from './legacy/methods.ts';
export { modernParams } from './legacy/params.ts';
export * from './limits.ts';
export type { SchemaName, SchemaTypes } from './schema-types.ts';
export { normalizeUsage, type ReportedUsage } from './token-usage.ts';
export {
  contractSchema,
  createValidators,
  isSchemaName,
  type Validation,
  type Validators,
} from './validation/validate.ts';
