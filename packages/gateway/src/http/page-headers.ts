/** Sent with everything the Control UI answers (reference protocol/http.md §1). */
export const PAGE_HEADERS = {
  'X-Frame-Options': 'DENY',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Content-Security-Policy': [
    "default-src 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: https:",
    "font-src 'self'",
    "connect-src 'self' ws: wss:",
  ].join('; '),
} as const;

/** Files and JSON are looked up again each time, so that a new release shows at once. */
export const CONTENT_HEADERS = { ...PAGE_HEADERS, 'Cache-Control': 'no-cache' } as const;
