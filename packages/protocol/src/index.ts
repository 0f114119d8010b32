export { type ErrorCode, type ErrorShape, invalidRequest, ProtocolError, unavailable } from './errors.ts';
