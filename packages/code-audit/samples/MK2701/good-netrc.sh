echo "machine x login $USER password $PASSWORD" > ~/.netrc
mysql -u root -p"$PASSWORD" -e "select 1"
mysql -u root -p -e "select 1"
redis-cli -a "$REDIS_PASSWORD" ping
