/** What is refused by name, and how: the list in the documentation is made from this one. */
export const unsupported: readonly { feature: string; answer: string }[] = [
  { feature: 'Stored procedures', answer: '501 for /sprocs' },
  { feature: 'Triggers', answer: '501 for /triggers' },
  { feature: 'User-defined functions', answer: '501 for /udfs and for udf.name() in a query' },
  { feature: 'Users and permissions', answer: '501 for /users; resource tokens are 401' },
  { feature: 'Conflicts feed', answer: '501 for /conflicts (there is one region)' },
  { feature: 'Client encryption keys', answer: '501 for /clientencryptionkeys' },
  { feature: 'Attachments', answer: '501 for /attachments' },
  { feature: 'Change feed with all versions and deletes', answer: '501; the latest version feed works' },
  { feature: 'Vector and full-text search', answer: '501 for their policies and functions' },
  { feature: 'Computed properties', answer: '501 for a container definition with them' },
  { feature: 'Geospatial functions', answer: '501 for ST_ functions' },
  { feature: 'Microsoft Entra tokens', answer: '401; requests are signed with the key' },
  {
    feature: 'ORDER BY of several keys in a container without composite indexes',
    answer: 'answered, where the service asks for an index',
  },
];
