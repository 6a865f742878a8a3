-- The number of the last stream entry whose effect is on the row: what makes each effect happen once.
alter table exchanges add column if not exists callback_seq bigint not null default 0;
