-- The legacy service's tables. Safe to run again on a database that has them.

create table if not exists rates (
  code        text primary key,
  name        text not null,
  kind        text not null check (kind in ('crypto', 'fiat')),
  network     text not null,
  decimals    integer not null check (decimals between 0 and 18),
  usd_rate    numeric not null check (usd_rate > 0),
  spread_bps  integer not null check (spread_bps between 0 and 5000),
  min_amount  numeric not null,
  max_amount  numeric not null,
  network_fee numeric not null,
  as_of       timestamptz(3) not null
);

create table if not exists quotes (
  id          text primary key,
  partner_id  text not null,
  from_code   text not null,
  to_code     text not null,
  from_amount numeric not null,
  to_amount   numeric not null,
  rate        numeric not null,
  spread_bps  integer not null,
  network_fee numeric not null,
  created_at  timestamptz(3) not null,
  expires_at  timestamptz(3) not null,
  exchange_id text
);

create table if not exists exchanges (
  id                  text primary key,
  partner_id          text not null,
  quote_id            text,
  state               text not null,
  from_code           text not null,
  to_code             text not null,
  from_amount         numeric not null,
  to_amount           numeric not null,
  rate                numeric not null,
  network_fee         numeric not null,
  provider            text not null default 'simulator',
  deposit_address     text not null,
  payout_address      text not null,
  refund_address      text,
  reference           text,
  deposit_transaction text,
  payout_transaction  text,
  created_at          timestamptz(3) not null,
  updated_at          timestamptz(3) not null,
  expires_at          timestamptz(3) not null
);
create index if not exists exchanges_of_partner on exchanges (partner_id, id desc);
create index if not exists exchanges_of_partner_by_state on exchanges (partner_id, state, id desc);
create index if not exists exchanges_awaiting_deposit on exchanges (expires_at) where state = 'awaiting_deposit';

create table if not exists idempotency_keys (
  partner_id   text not null,
  key          text not null,
  request_hash text not null,
  status       integer not null,
  response     text not null,
  created_at   timestamptz(3) not null,
  primary key (partner_id, key)
);

-- What happened to an exchange on this arm, callbacks included. The provider's event id makes a repeat visible.
create table if not exists exchange_history (
  id          bigint generated always as identity primary key,
  exchange_id text not null,
  provider    text,
  event_id    text,
  type        text not null,
  outcome     text not null,
  state       text,
  occurred_at timestamptz(3) not null,
  recorded_at timestamptz(3) not null,
  unique (provider, event_id)
);
create index if not exists exchange_history_of_exchange on exchange_history (exchange_id, id);

-- Callbacks that came before their turn, kept until an earlier one is applied.
create table if not exists waiting_callbacks (
  provider    text not null,
  event_id    text not null,
  exchange_id text not null,
  type        text not null,
  transaction text,
  occurred_at timestamptz(3) not null,
  received_at timestamptz(3) not null,
  primary key (provider, event_id)
);
create index if not exists waiting_callbacks_of_exchange on waiting_callbacks (exchange_id, received_at);
