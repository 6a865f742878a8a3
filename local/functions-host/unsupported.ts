/** What `func start` runs and this host does not, and what it does instead: for the table in the documentation. */
export const unsupported: readonly { feature: string; answer: string }[] = [
  { feature: 'Other triggers (blob, storage queue, Event Hubs, Cosmos DB, ...)', answer: 'refused at start, by name' },
  {
    feature: 'Input bindings, and outputs other than HTTP and Service Bus queues',
    answer: 'refused at start, by name',
  },
  { feature: 'Service Bus topics', answer: 'refused at start, by name' },
  { feature: 'sdkBinding, settling messages in the handler', answer: 'refused at start, by name' },
  { feature: 'retry options on anything but a timer', answer: 'refused at start, by name' },
  { feature: 'Durable Functions', answer: 'refused at start: its triggers are' },
  { feature: 'The version 3 programming model (function.json)', answer: 'refused at start' },
  { feature: 'Languages other than JavaScript, custom handlers', answer: 'refused at start' },
  { feature: 'Encrypted local.settings.json', answer: 'refused at start' },
  {
    feature: 'A new worker process after an uncaught exception in the app',
    answer: 'the host ends with it; npm start brings it up again',
  },
  { feature: 'A new worker process after a function time-out', answer: 'the invocation fails; its handler runs on' },
  {
    feature: 'Losing a chunked body where the app has HTTP streaming off (azure-functions-nodejs-library#171)',
    answer: 'the body arrives, and a warning is printed',
  },
  { feature: 'Content negotiation of responses', answer: 'the body is sent as the function gave it' },
  { feature: 'Host keys in a store', answer: 'one key for all, with --enable-auth' },
  { feature: 'Proxies, Easy Auth, App Service identity headers', answer: 'not there' },
  { feature: 'POST /admin/host/resume, /admin/host/scale', answer: '404: start the host again' },
];
