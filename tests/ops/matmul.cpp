// Refusals of products; their values stand in tests/golden/matmul.cpp.
#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"

namespace hs = hindsight;
using hs::ones;
using hs::ShapeError;

TEST(Matmul, NamesTheShapesThatItWasGiven) {
  expect_error<ShapeError>(
      [] {
        hs::matmul(ones({2, 2, 3}), ones({4, 2}));
      },
      "matmul: shapes [2, 2, 3] and [4, 2] do not fit: rows of 3 of the first meet columns of 4 of the "
      "second");
  expect_error<ShapeError>(
      [] { hs::matmul(ones({3}), ones({4})); },
      "matmul: shapes [3] and [4] do not fit: rows of 3 of the first meet columns of 4 of the second");
  expect_error<ShapeError>(
      [] {
        hs::matmul(ones({2, 2, 3}), ones({3, 3, 2}));
      },
      "matmul: shapes [2] and [3] do not broadcast: axis 1 from the end is 2 against 3; "
      "lengths must be equal or 1");
  expect_error<ShapeError>(
      [] { hs::matmul(ones({}), ones({2})); },
      "matmul: takes tensors with an axis at least, and got shapes [] and [2]; write a * b");
  expect_error<ShapeError>(
      [] {
        hs::apply(*hs::find_operation("matmul"), {ones({2}), ones({2, 1})});
      },
      "matmul: takes two matrices, and got shapes [2] and [2, 1]; reshape them to two axes");
}

TEST(Matmul, MultipliesOneFloatingType) {
  const std::string types =
      ": takes two matrices of float32 or two of float64, and got float32 and float64; convert one with "
      ".to()";
  expect_error<hs::DTypeError>(
      [] {
        hs::matmul(ones({2, 2}), ones({2, 2}, {.dtype = hs::float64}));
      },
      "matmul" + types);
  expect_error<hs::DTypeError>(
      [] {
        hs::matmul(ones({2, 2, 2}), ones({2, 2, 2}, {.dtype = hs::float64}));
      },
      "bmm" + types);
}

TEST(Bmm, TakesBatchesOfMatrices) {
  expect_error<ShapeError>(
      [] {
        hs::bmm(ones({2, 2}), ones({2, 2}));
      },
      "bmm: takes two batches of matrices, with three axes, and got shapes [2, 2] and [2, 2]; "
      "matmul() takes any");
  const std::string fit = " do not fit: they must be [b, m, k] and [b, k, n]";
  expect_error<ShapeError>(
      [] {
        hs::bmm(ones({1, 2, 3}), ones({2, 3, 2}));
      },
      "bmm: shapes [1, 2, 3] and [2, 3, 2]" + fit);
  expect_error<ShapeError>(
      [] {
        hs::bmm(ones({2, 2, 3}), ones({2, 2, 2}));
      },
      "bmm: shapes [2, 2, 3] and [2, 2, 2]" + fit);
}

TEST(Vectors, MultiplyWithVectors) {
  const std::string vectors =
      ": takes two tensors with one axis, and got shapes [2, 2] and [2]; reshape them";
  expect_error<ShapeError>([] { hs::dot(ones({2, 2}), ones({2})); }, "dot" + vectors);
  expect_error<ShapeError>([] { hs::outer(ones({2, 2}), ones({2})); }, "outer" + vectors);
  expect_error<ShapeError>([] { hs::dot(ones({2}), ones({1})); },
                           "dot: 2 numbers meet 1; there must be as many");
}
