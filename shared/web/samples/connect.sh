#!/bin/sh
# A council's own system reads the figures, the events and the live stream. Needs curl and python3.
set -eu
HERE=${HERE:-http://127.0.0.1:8000}
CLIENT=${CLIENT:-northshire-systems}
SECRET=${SECRET:-demonstration}

# 1. A token: an hour of being this client. In a real installation your own identity provider gives it.
TOKEN=$(curl -fsS "$HERE/issuer/token" -d grant_type=client_credentials -d "client_id=$CLIENT" -d "client_secret=$SECRET" |
  python3 -c 'import json, sys; print(json.load(sys.stdin)["access_token"])')

# 2. A figure as at a date, with its definition, numerator and denominator.
curl -fsS "$HERE/metrics/measures/cla?as_at=2026-03-31" -H "Authorization: Bearer $TOKEN"
echo

# 3. Everything placements has told about your children, in order; keep `through` and ask again with after=<through>.
curl -fsS "$HERE/placements/events?lane=placements.00&after=0&limit=5" -H "Authorization: Bearer $TOKEN"
echo

# 4. The figures as they move. After a break, send the last id you saw as the header Last-Event-ID.
curl -sN --max-time "${SECONDS_TO_WATCH:-3}" "$HERE/metrics/stream" -H "Authorization: Bearer $TOKEN" || true
