import { Configuration } from '../configuration.js';
import { startGateway } from '../gateway.js';
import { makeLog } from '../operations/log.js';
import { runCommand, say } from './command.js';

await runCommand(async () => {
  const configuration = Configuration.read(process.env);
  const log = makeLog(configuration.logLevel);
  const gateway = await startGateway(configuration, log);
  if (gateway.newSecret !== undefined) {
    say(`The built-in issuer's client secret, shown this once: ${gateway.newSecret}`);
  }
  say(`Understudy listening on ${gateway.urls.join(' and ')}`);
  await stopSignal();
  await gateway.close();
  log.flush();
});

/** The first signal begins the end; a terminal and npm may each send their own, so later ones change nothing. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
}
