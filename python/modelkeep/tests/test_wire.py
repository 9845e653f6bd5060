"""Values go over the pipe and come back bit for bit, or are refused by name."""

import unittest

import numpy
import pandas
from scipy.sparse import csr_matrix

import modelkeep
from modelkeep._wire import NUMERIC, Parts, decode, encode


def round_trip(value):
    parts = Parts()
    encoded = encode(value, parts)
    return decode(encoded, memoryview(b"".join(parts)))


class Values(unittest.TestCase):
    def test_every_dtype(self):
        for dtype in sorted(NUMERIC):
            array = numpy.array([[0, 1], [1, 0], [1, 1]]).astype(dtype)
            answer = round_trip(array)
            self.assertEqual(answer.dtype, array.dtype)
            numpy.testing.assert_array_equal(answer, array)

    def test_odd_numbers(self):
        for array in (
            numpy.array([numpy.nan, numpy.inf, -numpy.inf, -0.0]),
            numpy.array([2**63 - 1, -(2**63)]),
            numpy.arange(6.0).reshape(2, 3).T,
            numpy.arange(4, dtype=">i4"),
            numpy.zeros((0, 4)),
        ):
            answer = round_trip(array)
            self.assertEqual(answer.shape, array.shape)
            self.assertEqual(answer.tobytes(), array.astype(answer.dtype).tobytes("C"))

    def test_texts_and_objects(self):
        self.assertEqual(round_trip(["a", "é🙂"]).tolist(), ["a", "é🙂"])
        objects = numpy.array(["a", None, 2**70, 1.5, True], dtype=object)
        self.assertEqual(round_trip(objects).tolist(), objects.tolist())

    def test_frames(self):
        frame = pandas.DataFrame({"10": [1.5, 2.5], "2": ["a", None], "b": [True, False], "n": [1, 2]})
        answer = round_trip(frame)
        self.assertEqual(list(answer.columns), ["10", "2", "b", "n"])
        for name in ("10", "b", "n"):
            self.assertEqual(answer[name].dtype, frame[name].dtype)
            self.assertEqual(answer[name].tolist(), frame[name].tolist())
        self.assertEqual(answer["2"][0], "a")
        nullable = pandas.DataFrame({"n": pandas.array([1, 2], dtype="Int64")})
        self.assertEqual(round_trip(nullable)["n"].dtype, numpy.dtype("int64"))

    def test_sparse(self):
        matrix = csr_matrix(numpy.array([[0, 1.5], [2.5, 0]]))
        answer = round_trip(matrix.tocsc())
        numpy.testing.assert_array_equal(answer.toarray(), matrix.toarray())

    def test_what_has_no_exact_form_is_refused(self):
        twice = pandas.DataFrame([[1, 2]], columns=["a", "a"])
        for value in (
            pandas.DataFrame({"t": pandas.to_datetime(["2020-01-01"])}),
            numpy.array([1 + 2j]),
            numpy.array([b"x"]),
            numpy.array([object()], dtype=object),
            [[1, 2], [3]],
            twice,
            pandas.DataFrame([[1, 2]], columns=["1", 1]),
            object(),
            None,
            (one for one in [1]),
        ):
            with self.subTest(repr(value)), self.assertRaises(modelkeep.ModelkeepInvalidInput):
                round_trip(value)
