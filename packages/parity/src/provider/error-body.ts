import type { ProviderApi } from './conversation.ts';

/** Error type and message a vendor typically sends with a status. */
const DEFAULT_ERRORS: Readonly<Record<number, readonly [type: string, message: string]>> = {
  400: ['invalid_request_error', 'Bad request'],
  401: ['authentication_error', 'Incorrect API key provided'],
  402: ['billing_error', 'Insufficient credits. Please check your plan and billing details.'],
  403: ['permission_error', 'Permission denied'],
  404: ['not_found_error', 'The model does not exist'],
  413: ['request_too_large', 'Request too large'],
  429: ['rate_limit_error', 'Rate limit reached, please try again later'],
  500: ['api_error', 'Internal server error'],
  503: ['api_error', 'Service unavailable'],
  529: ['overloaded_error', 'Overloaded'],
};

/** The body of an HTTP error when the script gives none. */
export function errorBody(api: ProviderApi, status: number): unknown {
  const [type, message] = DEFAULT_ERRORS[status] ?? ['api_error', `HTTP ${status}`];
  return api === 'anthropic' ? { type: 'error', error: { type, message } } : { error: { message, type, code: type } };
}
