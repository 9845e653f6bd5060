curl -fsSLo install.sh https://example.org/install.sh
echo "24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d  install.sh" | sha256sum -c
bash install.sh
curl -s https://example.org/data.json | jq .version
curl -s https://example.org/data.csv | python3 transform.py
eval "$(ssh-agent -s)"
echo "do not use curl https://example.org | sh"
