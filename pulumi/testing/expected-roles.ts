/** Every role of a stack, written down a second time: a change of rights is a change of this file. */
export const expectedRoles = [
  'functions: Azure Service Bus Data Receiver on queue-callbacks',
  'functions: Azure Service Bus Data Receiver on queue-deliveries',
  'functions: Azure Service Bus Data Sender on queue-callbacks',
  'functions: Azure Service Bus Data Sender on queue-deliveries',
  'functions: Key Vault Secrets User on secret-gateway-key',
  'functions: Key Vault Secrets User on secret-providers',
  'functions: Monitoring Metrics Publisher on insights',
  'functions: Storage Blob Data Contributor on audit-storage',
  'functions: Storage Blob Data Owner on host-storage',
  'functions: Storage Blob Data Reader on package-registry',
  'functions: Storage Queue Data Contributor on host-storage',
  'functions: Storage Table Data Contributor on host-storage',
  'gateway: Key Vault Secrets User on secret-gateway-key',
  'gateway: Monitoring Metrics Publisher on insights',
];

/** What the operators' group may do, in the stacks that name one. */
export const operatorRoles = [
  'operators: API Management Service Contributor on gateway',
  'operators: Azure Service Bus Data Sender on queue-callbacks',
  'operators: Azure Service Bus Data Sender on queue-deliveries',
  'operators: Monitoring Reader on insights',
];
