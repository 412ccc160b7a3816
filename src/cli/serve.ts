import { Configuration } from '../configuration.js';
import { openGateway } from '../gateway.js';
import { makeLog } from '../operations/log.js';
import { runCommand, say } from './command.js';

await runCommand(async () => {
  // Before anything is started: a signal during the start must stop what was started, too.
  const stopped = stopSignal();
  const configuration = Configuration.read(process.env);
  const log = makeLog(configuration.logLevel);
  const gateway = await openGateway(configuration, log, say);
  try {
    const urls = await gateway.listen();
    say(`Understudy listening on ${urls.join(' and ')}`);
    await stopped;
  } finally {
    await gateway.close();
    log.flush();
  }
});

/** The first signal begins the end; a terminal and npm may each send their own, so later ones change nothing. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve());
  });
}
