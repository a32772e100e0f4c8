#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"

namespace hs = hindsight;
using hs::ones;
using hs::Tensor;

TEST(Embedding, SaysWhatDoesNotFit) {
  const Tensor weight = ones({3, 2}), index = hs::arange(3);
  expect_error<hs::DTypeError>(
      [&] { hs::embedding(ones({2}), weight); },
      "embedding: takes int64 indices, and got float32; convert them with .to(hs::int64)");
  expect_error<hs::ShapeError>([&] { hs::embedding(index, ones({3})); },
                               "embedding: takes a weight [rows, features], and its weight has shape [3]");
  expect_error<hs::ValueError>([&] { hs::embedding(index, weight, 3); },
                               "embedding: padding_idx is 3 and must name one of the 3 rows of the weight");
  expect_error<hs::ValueError>([&] { hs::embedding(index, weight, -4); },
                               "embedding: padding_idx is -4 and must name one of the 3 rows of the weight");
  expect_error<hs::IndexError>([&] { hs::embedding(index + 1, weight); },
                               "gather: the index 3 at [2, 0] is not within axis 0 of shape [3, 2]; give one "
                               "from 0 to 2");
  expect_error<hs::IndexError>(
      [&] { hs::embedding(index - 1, weight); },
      "gather: the index -1 at [0, 0] is not within axis 0 of shape [3, 2]; give one "
      "from 0 to 2");
}
