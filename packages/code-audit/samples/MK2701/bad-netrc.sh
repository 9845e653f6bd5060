echo "machine x.example.com login y password s3cr3tpw" > ~/.netrc # expect: MK2701
mysql -u root -pSecr3t-db -e "select 1" # expect: MK2701
sshpass -p 'Hunter-22' ssh deploy@host # expect: MK2701
