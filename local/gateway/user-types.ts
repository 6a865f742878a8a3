import { arrayWith } from './expressions/collections.ts';
import { netType } from './expressions/net-type.ts';
import { DateTime } from './expressions/time.ts';
import { typeTable } from './expressions/type-table.ts';

/** The owner of a subscription, as far as the gateway knows users: by id. */
export class User {
  readonly id: string;
  constructor(id: string) {
    this.id = id;
  }

  /** Every account belongs to the developers; the first one is the instance's administrator. */
  get groups(): Group[] {
    return (this.id === '1' ? ['Administrators', 'Developers'] : ['Developers']).map((name) => new Group(name));
  }
}

/** What users belong to, and products are shown to. */
export class Group {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

export const userTypes = [
  [
    typeTable('interface IUser', {
      'Id: string': ({ id }: User) => id,
      'Email: string': ({ id }: User) => `${id}@users.invalid`,
      'FirstName: string': ({ id }: User) => id,
      'LastName: string': () => 'Local',
      'Note: string': () => null,
      // Nobody here knows when.
      'RegistrationDate: DateTime': () => DateTime.fromMilliseconds(0),
      'Groups: IEnumerable<IGroup>': ({ groups }: User) => arrayWith(groups, netType('IGroup')),
      'Identities: IEnumerable<IUserIdentity>': () => arrayWith([], netType('IUserIdentity')),
    }),
    User,
  ],
  [
    typeTable('interface IGroup', {
      'Id: string': ({ name }: Group) => name.toLowerCase(),
      'Name: string': ({ name }: Group) => name,
    }),
    Group,
  ],
  [typeTable('interface IUserIdentity', { 'Id: string': () => null, 'Provider: string': () => null })],
] as const;
