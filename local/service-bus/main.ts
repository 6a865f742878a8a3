import { StartError, portOption, runProgram } from '../program.ts';
import { readConfig } from './config.ts';
import { ConfigError, FaultPlanError } from './errors.ts';
import { Faults, readFaultPlan } from './faults.ts';
import { startServiceBus } from './server.ts';

await runProgram({
  name: 'service-bus',
  usage: `usage: node local/service-bus/main.ts --config FILE [--port 5672] [--data DIR] [--faults FILE]

A Service Bus server for one machine: queues, with and without sessions, over AMQP 1.0 on 127.0.0.1.
  --config FILE  the queues, in the format of Config.json of Microsoft's emulator
  --port N       where to listen; 0 asks for a free port (5672)
  --data DIR     where messages are kept (.data/service-bus)
  --faults FILE  a fault plan: docs/local-azure/service-bus.md`,
  options: {
    config: { type: 'string' },
    port: { type: 'string' },
    data: { type: 'string' },
    faults: { type: 'string' },
  },
  async start({ config, port, data, faults }) {
    if (config === undefined) throw new StartError('--config FILE is missing');
    try {
      const server = await startServiceBus({
        queues: await readConfig(config),
        port: portOption(port, 5672),
        data: data ?? '.data/service-bus',
        faults: faults === undefined ? new Faults() : new Faults(readFaultPlan(faults)),
      });
      return { url: `sb://127.0.0.1:${server.port}`, close: () => server.close() };
    } catch (error) {
      if (error instanceof ConfigError || error instanceof FaultPlanError)
        throw new StartError(error.message, { cause: error });
      throw error;
    }
  },
});
