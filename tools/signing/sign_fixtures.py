"""Signs one folder in every way that the installed version of the reference tool (PyPI: model-signing) knows.

python sign_fixtures.py MODEL KEYS OUT: writes OUT/<version>/<way>.sig. KEYS holds p256.pem, p384.pem, p521.pem and the
chain leaf.pem (of p256), intermediate.pem, root.pem. What a version cannot do it says on standard error.
"""

import pathlib
import sys

import model_signing

VERSION = model_signing.__version__
CURVES = ("p256", "p384", "p521")
SHARD = 1000


def attempt(path, work):
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        work(path)
        print(f"{VERSION} {path.stem}")
    except Exception as error:  # pylint: disable=broad-except
        print(f"{VERSION} {path.stem}: {type(error).__name__}: {error}", file=sys.stderr)
        path.unlink(missing_ok=True)


def old(model, keys, out):
    """0.1 and 0.2: the library has no key signing in its high-level API; the command of the time called these classes."""
    from model_signing import api
    from model_signing.signature import key, pki
    from model_signing.signing import in_toto, in_toto_signature

    def sign(signer, hashing, payload):
        def work(path):
            manifest = hashing.hash(model)
            in_toto_signature.IntotoSigner(signer).sign(payload.from_manifest(manifest)).write(path)

        return work

    signers = {name: key.ECKeySigner.from_path(str(keys / f"{name}.pem")) for name in CURVES}
    for name, signer in signers.items():
        attempt(out / f"key-{name}.sig", sign(signer, api.HashingConfig(), in_toto.DigestsIntotoPayload))
    chain = [str(keys / "intermediate.pem"), str(keys / "root.pem")]
    certified = pki.PKISigner.from_path(str(keys / "p256.pem"), str(keys / "leaf.pem"), chain)
    attempt(out / "certificate.sig", sign(certified, api.HashingConfig(), in_toto.DigestsIntotoPayload))
    for algorithm in ("sha256", "blake2"):
        files = api.HashingConfig().set_serialize_by_file_to_manifest(hashing_algorithm=algorithm)
        shards = api.HashingConfig().set_serialize_by_file_shard_to_manifest(
            hashing_algorithm=algorithm, shard_size=SHARD, max_workers=1
        )
        attempt(out / f"digests-{algorithm}.sig", sign(signers["p256"], files, in_toto.DigestsIntotoPayload))
        attempt(
            out / f"digest-of-digests-{algorithm}.sig",
            sign(signers["p256"], files, in_toto.DigestOfDigestsIntotoPayload),
        )
        attempt(
            out / f"shard-digests-{algorithm}.sig", sign(signers["p256"], shards, in_toto.ShardDigestsIntotoPayload)
        )
        attempt(
            out / f"digest-of-shard-digests-{algorithm}.sig",
            sign(signers["p256"], shards, in_toto.DigestOfShardDigestsIntotoPayload),
        )
        for merge in ("sha256", "blake2"):
            tree = api.HashingConfig().set_serialize_by_file_to_digest(
                hashing_algorithm=algorithm, merge_algorithm=merge
            )
            attempt(
                out / f"digest-{algorithm}-{merge}.sig",
                sign(signers["p256"], tree, in_toto.SingleDigestIntotoPayload),
            )
        single = api.HashingConfig().set_serialize_by_file_to_digest(hashing_algorithm=algorithm)
        attempt(
            out / f"single-digest-{algorithm}.sig",
            lambda path, config=single: in_toto_signature.IntotoSigner(signers["p256"])
            .sign(in_toto.SingleDigestIntotoPayload.from_manifest(config.hash(model / "a.txt")))
            .write(path),
        )


def new(model, keys, out):
    """0.3 and later."""
    if VERSION < "1.1":
        # They ask the network for sigstore's roots before anybody chose a way to sign.
        model_signing.signing.Config.use_sigstore_signer = lambda self, **options: self

    def sign(config, hashing=None, what=model):
        def work(path):
            if hashing is not None:
                config.set_hashing_config(hashing)
            config.sign(what, path)

        return work

    def key(name):
        return model_signing.signing.Config().use_elliptic_key_signer(private_key=keys / f"{name}.pem")

    hashing = model_signing.hashing.Config
    for name in CURVES:
        attempt(out / f"key-{name}.sig", sign(key(name)))
    attempt(out / "single-file.sig", sign(key("p256"), what=model / "a.txt"))
    attempt(
        out / "certificate.sig",
        sign(
            model_signing.signing.Config().use_certificate_signer(
                private_key=keys / "p256.pem",
                signing_certificate=keys / "leaf.pem",
                certificate_chain=[keys / "intermediate.pem", keys / "root.pem"],
            )
        ),
    )
    for algorithm in ("sha256", "blake2", "blake3"):

        def files(path, algorithm=algorithm):
            sign(key("p256"), hashing().use_file_serialization(hashing_algorithm=algorithm))(path)

        def shards(path, algorithm=algorithm):
            config = hashing().use_shard_serialization(hashing_algorithm=algorithm, shard_size=SHARD)
            sign(key("p256"), config)(path)

        attempt(out / f"files-{algorithm}.sig", files)
        attempt(out / f"shards-{algorithm}.sig", shards)
    attempt(
        out / "ignored.sig",
        sign(key("p256"), hashing().set_ignored_paths(paths=[model / "sub" / "b.bin"], ignore_git_paths=False)),
    )
    # 1.1 takes them relative to the model.
    attempt(
        out / "ignored-relative.sig",
        sign(key("p256"), hashing().set_ignored_paths(paths=["sub/b.bin"], ignore_git_paths=False)),
    )


def main():
    model, keys, out = (pathlib.Path(path) for path in sys.argv[1:])
    (old if VERSION < "0.3" else new)(model, keys, out / VERSION)


main()
