curl -H "Authorization: Bearer $TOKEN" https://x.example.org
export AGAIN="$TOKEN"
