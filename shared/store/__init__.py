"""Each service's own PostgreSQL: sessions, outbox, relay, log, inbox, dead events, due actions and audit."""
