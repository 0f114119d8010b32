import NetTransport from 'irc-framework/src/transports/net.js';

/** Tags and a line of the protocol have at most 8,191 + 512 bytes; a server that sends more without an end is none. */
const UNENDED_LIMIT_BYTES = 64 * 1024;

/** The library's transport keeps an unfinished line without a limit; this one hangs up. */
export class BoundedTransport extends NetTransport {
  override onSocketData(data: Buffer): void {
    super.onSocketData(data);
    if (this.incoming_buffer.length > UNENDED_LIMIT_BYTES) this.close(true);
  }
}
