"""Commands that are missing, broken or lie: each is a refusal, and nothing runs."""

import os
import pickle
import threading
import unittest.mock

import modelkeep
from modelkeep import _command
from modelkeep._command import Command, find_command
from modelkeep._facts import require_verdict

from .support import ROOT, InFolder

MALFORMED = modelkeep.ModelkeepAnswerMalformed


class Liars(InFolder):
    def setUp(self):
        super().setUp()
        (self.folder / "poison.pkl").write_bytes(self.poison())
        self.addCleanup(lambda: self.assertFalse(self.marker.exists()))

    def load(self, mode, policy="isolated", timeout=30.0):
        with modelkeep.SecureMLflowLoader(command=self.liar(mode), policy=policy, load_timeout=timeout) as loader:
            return loader.safe_load_model("models:/m/1")

    def no_checkout(self):
        """As for a client that is installed."""
        patched = unittest.mock.patch.object(_command, "__file__", "/site-packages/modelkeep/_command.py")
        patched.start()
        self.addCleanup(patched.stop)

    def test_no_command(self):
        for name in ("MODELKEEP_COMMAND", "PATH"):
            os.environ[name] = ""
        self.no_checkout()
        with self.assertRaisesRegex(modelkeep.ModelkeepCommandMissing, "not loaded"):
            modelkeep.SecureMLflowLoader().safe_load_model("models:/m/1")
        os.environ["MODELKEEP_COMMAND"] = str(self.folder / "nothing")
        with self.assertRaises(modelkeep.ModelkeepCommandMissing):
            modelkeep.SecureMLflowLoader().safe_load_model("models:/m/1")

    def test_a_command_in_the_working_folder_is_not_taken(self):
        planted = self.folder / "modelkeep"
        planted.write_text("#!/bin/sh\ntouch '%s'\n" % self.marker)
        planted.chmod(0o755)
        self.chdir(self.folder)
        del os.environ["MODELKEEP_COMMAND"]
        os.environ["PATH"] = "."
        self.no_checkout()
        with self.assertRaises(modelkeep.ModelkeepCommandMissing):
            find_command()

    def test_commands_that_end(self):
        for mode in ("silent", "crash", "dies"):
            with self.subTest(mode), self.assertRaises(modelkeep.ModelkeepCommandFailed) as caught:
                self.load(mode)
            self.assertTrue(mode != "crash" or "it broke" in str(caught.exception))

    def test_commands_that_talk_nonsense(self):
        for mode in ("garbage", "no-json", "nan", "deep", "wrong-id", "no-id", "both", "more", "huge", "protocol"):
            with self.subTest(mode), self.assertRaises(MALFORMED):
                self.load(mode)

    def test_a_command_that_hangs_is_ended(self):
        with self.assertRaisesRegex(modelkeep.ModelkeepCommandFailed, "in time"):
            self.load("hang", timeout=0.2)

    def test_facts_that_do_not_fit(self):
        for mode in ("load-other-uri", "load-other-digest", "load-no-files", "load-twice", "load-engine"):
            with self.subTest(mode), self.assertRaises(MALFORMED):
                self.load(mode)

    def test_verdicts_that_no_answer_may_carry(self):
        for mode in ("malicious", "unanalyzable", "executable-native", "executable-unsigned", "not-admitted"):
            with self.subTest(mode), self.assertRaises(modelkeep.ModelkeepRefused):
                self.load("load-" + mode)
        with self.assertRaises(modelkeep.ModelkeepUnanalyzable):
            self.load("load-unanalyzable")

    def test_other_bytes_than_those_that_were_judged(self):
        (self.folder / "model.pkl").write_bytes(pickle.dumps({"a": 1}))
        with self.assertRaises(modelkeep.ModelkeepDigestMismatch):
            self.load("read-other", "in-process")

    def test_a_verdict_that_admits_a_program_is_not_believed(self):
        (self.folder / "model.pkl").write_bytes(self.poison())
        with self.assertRaisesRegex(modelkeep.ModelkeepRefused, "no model needs"):
            self.load("read-honest", "in-process")

    def test_verdicts_over_bytes(self):
        cases = {
            "other-digest": modelkeep.ModelkeepDigestMismatch,
            "other-size": modelkeep.ModelkeepDigestMismatch,
            "malicious": modelkeep.ModelkeepRefused,
            "executable": modelkeep.ModelkeepRefused,
            "not-admitted": modelkeep.ModelkeepRefused,
            "half": modelkeep.ModelkeepUnanalyzable,
            "no-verdict": MALFORMED,
        }
        data = pickle.dumps({"a": 1})
        for mode, error in cases.items():
            command = Command(self.liar("judge-" + mode))
            self.addCleanup(command.close)
            answer, _ = command.ask({"op": "judge", "name": "x"}, [data])
            with self.subTest(mode), self.assertRaises(error):
                require_verdict(answer, data, "x")

    def test_a_file_that_is_swapped_while_it_is_judged(self):
        path = self.folder / "model.pkl"
        path.write_bytes(pickle.dumps({"a": 1}))
        os.environ["MODELKEEP_COMMAND"] = " ".join(self.liar("judge-swaps"))
        from modelkeep import _loads

        _loads._close()
        self.addCleanup(_loads._close)
        self.assertEqual(modelkeep.safe_pickle_load(path), {"a": 1})
        self.assertEqual(path.read_bytes(), (self.folder / "poison.pkl").read_bytes())

    def test_answers_of_a_model_that_do_not_fit(self):
        values = (
            "null",
            "[]",
            '{"kind": "code"}',
            '{"kind": "tensor", "shape": [1], "dtype": "float64", "at": 0, "size": 8}',
            '{"kind": "tensor", "shape": [3], "dtype": "object", "items": [1, 2]}',
            '{"kind": "tensor", "shape": [-1], "dtype": "object", "items": [1, 2]}',
            '{"kind": "tensor", "shape": [1], "dtype": "O", "items": [1]}',
            '{"kind": "tensor", "shape": [1], "dtype": "object", "items": [{"eval": "1"}]}',
            '{"kind": "frame", "columns": [["a", {"dtype": "str", "items": [1]}]]}',
            '{"kind": "csr", "shape": [1, 1], "indptr": {"dtype": "object", "items": [0, 1]},'
            ' "indices": {"dtype": "object", "items": [9]}, "data": {"dtype": "object", "items": [1]}}',
        )
        with modelkeep.SecureMLflowLoader(command=self.liar("predicts")) as loader:
            model = loader.safe_load_model("models:/m/1")
            for value in values:
                (self.folder / "value.json").write_text(value)
                with self.subTest(value), self.assertRaises(MALFORMED):
                    model.predict([[1.0]])

    def test_after_a_fault_nothing_is_answered(self):
        command = Command(self.liar("wrong-id"))
        with self.assertRaises(MALFORMED):
            command.ask({"op": "judge", "name": "x"}, [b"x"])
        with self.assertRaisesRegex(modelkeep.ModelkeepCommandFailed, "not there any more"):
            command.ask({"op": "judge", "name": "x"}, [b"x"])

    def test_threads_get_their_own_answers(self):
        command = Command(self.liar("honest"))
        self.addCleanup(command.close)
        faults = []

        def work(number):
            data = b"%d" % number * 3000
            for _ in range(20):
                answer, _ = command.ask({"op": "judge", "name": "x"}, [data])
                if answer["report"]["size"] != len(data):
                    faults.append(number)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(faults, [])

    def test_a_command_ends_with_the_last_who_needs_it(self):
        loader = modelkeep.SecureMLflowLoader(command=self.liar("predicts"))
        first, second = (loader.safe_load_model("models:/m/1") for _ in range(2))
        command = first._command
        loader.close()
        loader.close()
        del first
        self.assertTrue(command.usable)
        (self.folder / "value.json").write_text('{"kind": "tensor", "shape": [1], "dtype": "object", "items": [1]}')
        self.assertEqual(second.predict([[1.0]]).tolist(), [1])
        self.assertEqual(len(command._forgotten), 0)
        second.close()
        second.close()
        self.assertIsNotNone(command._child.poll())
        # Without a with-block, and with nobody to close it.
        command = modelkeep.SecureMLflowLoader(command=self.liar("predicts")).safe_load_model("models:/m/1")._command
        self.assertIsNotNone(command._child.poll())

    def test_the_command_of_the_checkout(self):
        for name in ("MODELKEEP_COMMAND", "PATH"):
            os.environ[name] = ""
        self.assertEqual(find_command(), [str(ROOT / "packages/modelkeep/bin/modelkeep")])

    def test_a_forked_process_gets_no_answer(self):
        command = Command(self.liar("honest"))
        self.addCleanup(command.close)
        command._pid += 1
        with self.assertRaisesRegex(modelkeep.ModelkeepCommandFailed, "fork"):
            command.ask({"op": "judge", "name": "x"}, [b"x"])
        command._pid -= 1
