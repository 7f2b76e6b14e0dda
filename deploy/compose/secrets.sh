#!/bin/sh
# A new `.env`: .env.example with every empty secret filled. `sh deploy/compose/secrets.sh > .env`
set -eu
umask 077
example="$(dirname "$0")/../../.env.example"
while IFS= read -r line; do
  case "$line" in
    [A-Z]*=) printf '%s%s\n' "$line" "$(head -c 24 /dev/urandom | od -An -vtx1 | tr -d ' \n')" ;;
    *) printf '%s\n' "$line" ;;
  esac
done < "$example"
