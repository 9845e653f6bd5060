for uri in "$@"; do
  mlflow models predict -m "$uri" -i x.json # expect: MK2707
done
