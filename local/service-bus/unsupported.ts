/** What the service has and this server has not, and what it answers instead: for the table in the documentation. */
export const unsupported: readonly { feature: string; answer: string }[] = [
  { feature: 'topics, subscriptions and rules', answer: 'a config that names topics is refused, by name' },
];
