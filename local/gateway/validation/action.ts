/** What a validation policy does about what it finds. */
export const actions = ['ignore', 'prevent', 'detect'] as const;
export type Action = (typeof actions)[number];
