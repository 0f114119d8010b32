/**
 * Loaded into the gateway under test: `PARITY_REDIRECT=host=port` leads connections to that host, TLS or not, to a plain
 * server on loopback. The recordings name hosts that do not exist. The gateway itself sees a public address and decides as
 * ever.
 */
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import tls from 'node:tls';

const [host, port] = (process.env.PARITY_REDIRECT ?? '').split('=');
/** Looks public to a guard; nobody has it. */
const ADDRESS = '93.184.215.14';

if (host && port) {
  const { lookup } = dns;
  const { lookup: promised } = dns.promises;
  const answer = (options) => (options?.all ? [{ address: ADDRESS, family: 4 }] : { address: ADDRESS, family: 4 });
  dns.lookup = (name, options, done) => {
    const callback = typeof options === 'function' ? options : done;
    if (name !== host) return lookup(name, options, done);
    const found = answer(options);
    return process.nextTick(() => (Array.isArray(found) ? callback(null, found) : callback(null, ADDRESS, 4)));
  };
  dns.promises.lookup = async (name, options) => (name === host ? answer(options) : promised(name, options));

  const { connect } = tls;
  tls.connect = (...args) => {
    const options = args.find((arg) => typeof arg === 'object') ?? {};
    if (options.servername !== host && options.host !== host) return connect(...args);
    const socket = net.connect({ host: '127.0.0.1', port: Number(port) });
    socket.once('connect', () => socket.emit('secureConnect'));
    return socket;
  };
  syncBuiltinESMExports();
}
