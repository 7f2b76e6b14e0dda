#!/bin/sh
# A provider's own system says what is free. Needs curl and python3, and vacancies.csv beside it.
set -eu
HERE=${HERE:-http://127.0.0.1:8000}
ISSUER=${ISSUER:-$HERE/issuer}
CLIENT=${CLIENT:-provider}
SECRET=${SECRET:-demonstration}

# 1. A token of some minutes, from whoever runs your sign-in. Keep the secret where only your system reads it.
TOKEN=$(curl -fsS "$ISSUER/token" -d grant_type=client_credentials -d "client_id=$CLIENT" -d "client_secret=$SECRET" |
  python3 -c 'import json, sys; print(json.load(sys.stdin)["access_token"])')

# 2. Everything you offer, out of a spreadsheet: all of it or nothing; sent again, nothing doubles.
curl -sS --fail-with-body "$HERE/providers/vacancies/upload" -H "Authorization: Bearer $TOKEN" \
  -H "Content-Type: text/csv" --data-binary @vacancies.csv
echo

# 3. All of it still stands: do this each morning.
curl -fsS -X POST "$HERE/providers/vacancies/confirm" -H "Authorization: Bearer $TOKEN"
echo

# 4. What you offer now.
curl -fsS "$HERE/providers/vacancies" -H "Authorization: Bearer $TOKEN"
echo
