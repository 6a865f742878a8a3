/** What the service has and this server has not, and what it answers instead: for the table in the documentation. */
export const unsupported: readonly { feature: string; answer: string }[] = [
  { feature: 'topics, subscriptions and rules', answer: 'a config that names topics is refused, by name' },
  {
    feature: 'forwarding (ForwardTo, ForwardDeadLetteredMessagesTo)',
    answer: 'a config that sets one is refused, by name',
  },
  {
    feature: 'transactions',
    answer: 'a coordinator link is refused; the JavaScript client has no transactions either',
  },
  { feature: 'the transfer dead-letter queue', answer: 'amqp:not-found: nothing is forwarded' },
  { feature: 'TLS, WebSockets and checking of keys or tokens', answer: 'plain TCP on 127.0.0.1; any token is taken' },
  {
    feature: 'the administration client (HTTP)',
    answer: 'no HTTP endpoint: queues come from the config, and a change takes a restart',
  },
  { feature: 'messages above 1 MB', answer: 'amqp:link:message-size-exceeded, whatever the tier' },
  {
    feature: 'partitioned queues',
    answer: 'one partition: a partition key is kept on the message and decides nothing',
  },
  { feature: 'quotas and throttling', answer: 'none; a fault plan can answer com.microsoft:server-busy' },
  { feature: 'AutoDeleteOnIdle', answer: 'a config that sets it is refused, by name' },
  { feature: 'dead-lettering a message of a dead-letter queue', answer: 'amqp:not-allowed' },
];
