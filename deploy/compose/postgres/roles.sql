-- One database and one role for each service, and one for Keycloak; nobody else may so much as connect to it.
-- psql runs this once, when the server's volume is empty; the passwords come from its environment.
\set ON_ERROR_STOP on
\getenv referrals REFERRALS_DATABASE_PASSWORD
\getenv placements PLACEMENTS_DATABASE_PASSWORD
\getenv providers PROVIDERS_DATABASE_PASSWORD
\getenv metrics METRICS_DATABASE_PASSWORD
\getenv keycloak KEYCLOAK_DATABASE_PASSWORD

CREATE ROLE referrals LOGIN PASSWORD :'referrals';
CREATE ROLE placements LOGIN PASSWORD :'placements';
CREATE ROLE providers LOGIN PASSWORD :'providers';
CREATE ROLE metrics LOGIN PASSWORD :'metrics';
CREATE ROLE keycloak LOGIN PASSWORD :'keycloak';

CREATE DATABASE referrals OWNER referrals;
CREATE DATABASE placements OWNER placements;
CREATE DATABASE providers OWNER providers;
CREATE DATABASE metrics OWNER metrics;
CREATE DATABASE keycloak OWNER keycloak;

REVOKE CONNECT ON DATABASE referrals, placements, providers, metrics, keycloak, postgres FROM PUBLIC;
