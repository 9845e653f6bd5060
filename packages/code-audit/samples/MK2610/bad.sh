chmod 0777 models # expect: MK2610
chmod a+rwx models/model.pkl # expect: MK2610
sudo chmod -R o+w /srv/mlruns # expect: MK2610
