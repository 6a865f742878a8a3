-- What the ordered stream of callbacks keeps with the row it changes. `callback_state` is the state that the audit chain
-- knows: where it differs, the exchange was made, canceled or moved elsewhere, and the sweeper has the chain catch up.
alter table exchanges add column if not exists callback_state text;
alter table exchanges add column if not exists callback_last jsonb;
create index if not exists exchanges_unrecorded on exchanges (id) where callback_state is distinct from state;
