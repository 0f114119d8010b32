/**
 * Loaded with `--import` into a program that has the Bot API's address built in: its requests go to
 * CHELA_TELEGRAM_API_ROOT instead, whichever way they are made.
 */
import http from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';

const HOST = 'api.telegram.org';
const root = process.env.CHELA_TELEGRAM_API_ROOT;

if (root) {
  const target = new URL(root);
  const moved = (url) => new URL(url.pathname + url.search, target);

  const fetchThere = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    const url = new URL(typeof input === 'string' || input instanceof URL ? input : input.url);
    if (url.hostname !== HOST) return fetchThere(input, init);
    // An agent or dispatcher of the program speaks TLS.
    const { dispatcher: _, agent: __, ...rest } = init ?? {};
    return fetchThere(moved(url), rest);
  };

  const requestThere = https.request;
  https.request = (...args) => {
    const [first, second] = args;
    const isAddress = typeof first === 'string' || first instanceof URL;
    const url = isAddress ? new URL(first) : undefined;
    const options = (isAddress ? second : first) ?? {};
    const host = url?.hostname ?? options.hostname ?? options.host;
    if (host !== HOST) return requestThere(...args);
    const done = args.find((arg) => typeof arg === 'function');
    const path = url ? url.pathname + url.search : options.path;
    const {
      agent: _,
      protocol: __,
      hostname: ___,
      host: ____,
      port: _____,
      servername: ______,
      ...rest
    } = typeof options === 'function' ? {} : options;
    return http.request({ ...rest, host: target.hostname, port: target.port, path }, done);
  };
  https.get = (...args) => {
    const request = https.request(...args);
    request.end();
    return request;
  };
  syncBuiltinESMExports();
}
