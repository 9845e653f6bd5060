chmod +x run.sh
chmod 755 run.sh
chmod 1777 /tmp/work
chmod -R u=rwX,go= /mlflow
chmod u+rwx x
