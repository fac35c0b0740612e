#!/bin/sh
# The requests of the README: a token, a contact, and the contact found again.
set -eu

TOKEN=$(curl -sSf -u "$CLIENT_ID:$CLIENT_SECRET" -d grant_type=client_credentials "$LIAISON_URL/oauth/token" |
  node -p 'JSON.parse(require("fs").readFileSync(0)).access_token')

curl -sSf -w '\n' -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' "$LIAISON_URL/api/v2/externalcontacts/contacts" \
  -d '{"firstName": "Ada", "lastName": "Lovelace", "workPhone": {"display": "+44 20 7946 0123"}}'

curl -sSf -w '\n' -H "Authorization: Bearer $TOKEN" "$LIAISON_URL/api/v2/externalcontacts/contacts?q=ada+love"
