import { typeTable } from '../type-table.ts';
import { copies } from './linq/copies.ts';
import { elements } from './linq/elements.ts';
import { filters } from './linq/filters.ts';
import { groups } from './linq/groups.ts';
import { numberMembers } from './linq/numbers.ts';
import { orderMembers } from './linq/order.ts';
import { sets } from './linq/sets.ts';

/** LINQ: a sequence runs when it is walked over, as far as it is. */
export const enumerableType = typeTable('static System.Linq.Enumerable', {
  ...filters,
  ...elements,
  ...sets,
  ...groups,
  ...copies,
  ...numberMembers(),
  ...orderMembers(),
});
