import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestListener, Server } from 'node:http';
import { Server as NetServer } from 'node:net';

/** Milliseconds that a kept-alive connection may still bring a request which was on its way when the drain began. */
const grace = 250;
/** Milliseconds until connections that won't end are cut. */
const patience = 35_000;

/** Ends a server so that what was accepted is answered. */
export class Drain {
  private draining = false;
  private open = 0;

  /** Counts what is being answered, and asks clients to leave once the drain has begun. */
  watch(listener: RequestListener): RequestListener {
    return (request, response) => {
      this.open++;
      response.once('close', () => this.open--);
      if (this.draining) response.setHeader('Connection', 'close');
      listener(request, response);
    };
  }

  /** Stops accepting, answers what is open and what idle connections still bring, then closes them. */
  async finish(servers: readonly Server[]): Promise<void> {
    this.draining = true;
    // `http.Server.close` would cut idle connections at once, with a request perhaps on its way.
    for (const server of servers) NetServer.prototype.close.call(server);
    await sleep(grace);
    const deadline = Date.now() + patience;
    // A connection that has sent nothing yet isn't idle to Node, and may bring a request at any moment: looked at again.
    do {
      for (const server of servers) server.closeIdleConnections();
      await sleep(10);
    } while (this.open > 0 && Date.now() < deadline);
    for (const server of servers) server.closeAllConnections();
  }
}
