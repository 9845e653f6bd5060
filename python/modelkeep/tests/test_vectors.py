"""The logger's checks, on the vectors that the TypeScript logger is held to as well."""

import json
import random
import unittest

import modelkeep
from modelkeep._neutral import LoggerLimits, check_artifact_path, check_key, neutralise
from modelkeep._secrets import redact, redact_file
from modelkeep._values import Sanitiser

from .support import ROOT

VECTORS = json.loads((ROOT / "packages/model-io/fixtures/logger-vectors.json").read_text(encoding="utf-8"))
LIMITS = LoggerLimits()
INVALID = modelkeep.ModelkeepInvalidInput


class Vectors(unittest.TestCase):
    def each(self, name):
        self.assertTrue(VECTORS[name])
        for vector in VECTORS[name]:
            with self.subTest(vector):
                yield vector

    def test_limits(self):
        words = {"listItems": "list_items", "dictEntries": "dict_entries", "artifactBytes": "artifact_bytes"}
        self.assertEqual({words.get(name, name): value for name, value in VECTORS["limits"].items()}, LIMITS._asdict())

    def test_secrets_alone_and_within_other_text(self):
        for id, parts in self.each("secrets"):
            secret = "".join(parts)
            for text in (secret, "before %s after" % secret, "a\n%s\nb" % secret):
                clean, found = redact(text)
                self.assertIn(id, found)
                self.assertIn("[redacted: %s]" % id, clean)
                self.assertLess(len(clean), len(text) + 40)

    def test_what_is_honest_stays(self):
        for key, value in self.each("honest"):
            self.assertEqual(redact(value, key), (value, []))

    def test_keys_that_tell(self):
        for key in self.each("tellingKeys"):
            self.assertEqual(redact("whatever", key).found, ["telling-key"])
        for key, value in self.each("randomUnder"):
            self.assertEqual(redact(value, key).found, ["high-entropy"])

    def test_files(self):
        for line in self.each("sourceCode"):
            self.assertEqual(redact_file(line), (line, []))
        for id, parts in self.each("files"):
            text, found = redact_file("a=1\n%s\nb=2\n" % "".join(parts))
            self.assertEqual(found, [id])
            self.assertRegex(text, r"^a=1\n.*\[redacted: .*\nb=2\n$")

    def test_what_is_shown_is_harmless(self):
        for raw, safe in self.each("neutralised"):
            self.assertEqual(neutralise(raw), safe)
        for text in self.each("plain"):
            self.assertEqual(neutralise(text), text)

    def test_keys_and_paths(self):
        for key in self.each("badKeys"):
            self.assertRaises(INVALID, check_key, key, "param", LIMITS)
        for path in self.each("badPaths"):
            self.assertRaises(INVALID, check_artifact_path, path, LIMITS)
        for key in self.each("goodKeys"):
            self.assertEqual(check_key(key, "metric", LIMITS), key)
        for path in self.each("goodPaths"):
            self.assertEqual(check_artifact_path(path, LIMITS), path)

    def test_values(self):
        for value, text in self.each("values"):
            self.assertEqual(Sanitiser(LIMITS, "redact").value("k", value), text)


class Values(unittest.TestCase):
    def test_redacting_twice_is_redacting_once(self):
        rng = random.Random(7)
        pieces = ["".join(parts) for _, parts in VECTORS["secrets"]] + ["password=", "token: ", " ", "\n", "=", "x" * 9]
        for _ in range(300):
            text = "".join(rng.choice(pieces) for _ in range(rng.randrange(5)))
            once = redact(text).text
            self.assertEqual(redact(once).text, once)

    def test_limits(self):
        sanitiser = Sanitiser(LIMITS, "redact")
        deep = []
        for _ in range(9):
            deep = [deep]
        for value in ("x" * 1001, [1] * 101, {"k%d" % at: 1 for at in range(51)}, deep):
            self.assertRaises(modelkeep.ModelkeepLimitExceeded, sanitiser.value, "k", value)
        for value in (1e11, -1e11):
            self.assertRaises(modelkeep.ModelkeepLimitExceeded, sanitiser.metric, "k", value)
        for value in ("1", True, None, 1j, object()):
            self.assertRaises(INVALID, sanitiser.metric, "k", value)

    def test_numpy_numbers_are_numbers(self):
        import numpy

        sanitiser = Sanitiser(LIMITS, "redact")
        self.assertEqual(sanitiser.metric("k", numpy.float32(0.5)), 0.5)
        self.assertEqual(sanitiser.value("k", numpy.int64(3)), "3")
        self.assertRaises(INVALID, sanitiser.metric, "k", numpy.array([1.0, 2.0]))

    def test_a_policy_that_refuses(self):
        refusing = Sanitiser(LIMITS, "refuse")
        secret = "".join(VECTORS["secrets"][1][1])
        with self.assertRaises(INVALID) as caught:
            refusing.value("x", "id " + secret)
        self.assertNotIn(secret, str(caught.exception))
        self.assertRaises(INVALID, refusing.file, ".env", b"ID=" + secret.encode())
        self.assertRaises(INVALID, refusing.data, {"a": [{"password": "abcdef"}]})
        self.assertRaises(INVALID, Sanitiser, LIMITS, "keep")

    def test_bytes_that_are_no_text_are_stored_as_they_are(self):
        secret = b"ID=" + "".join(VECTORS["secrets"][1][1]).encode()
        for data in (secret + b"\0", secret + b"\xff"):
            self.assertIs(Sanitiser(LIMITS, "refuse").file("x", data), data)
