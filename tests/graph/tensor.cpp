#include <sstream>

#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"

namespace hs = hindsight;
using hs::Shape;
using hs::Tensor;
using hs::tensor;

namespace {
constexpr hs::TensorOptions exact{.dtype = hs::float64};
}

TEST(Tensor, IsFloat32UnlessToldOtherwise) {
  EXPECT_EQ(tensor({1.0, 2.0}).dtype(), hs::float32);
  EXPECT_EQ(tensor({1.0, 2.0}, {.dtype = hs::float64}).dtype(), hs::float64);
  EXPECT_EQ(tensor(std::vector<double>{1, 2}, {2}).dtype(), hs::float64) << "typed data keep their type";
}

TEST(Tensor, MixesWithNumbersInItsOwnType) {
  const Tensor x = tensor({1.0, 2.0}, {.dtype = hs::float64});
  EXPECT_EQ((x * 2.5).dtype(), hs::float64);
  EXPECT_EQ((hs::arange(3) * 2.0).dtype(), hs::int64);
  EXPECT_EQ((hs::arange(3) * 2.5).dtype(), hs::float32);
  EXPECT_EQ((hs::arange(3) / 2.0).dtype(), hs::float32);
  EXPECT_EQ((x > 1.5).dtype(), hs::boolean);
}

TEST(Tensor, RandomOnesAreNumPysUnderTheSameSeed) {
  hs::manual_seed(42);
  EXPECT_EQ(hs::randn({2}, exact).to_vector<double>(),
            (std::vector<double>{0.4967141530112327, -0.13826430117118466}));
  hs::manual_seed(42);
  EXPECT_EQ(hs::rand({2}, exact).to_vector<double>(),
            (std::vector<double>{0.3745401188473625, 0.9507143064099162}));
  EXPECT_EQ(hs::randn({3, 2}).dtype(), hs::float32);
}

TEST(Tensor, GoesToAStream) {
  std::ostringstream out;
  out << tensor({1, 2});
  EXPECT_EQ(out.str(), "[1. 2.]");
}

TEST(Tensor, IndexesAndSlices) {
  const Tensor x = tensor({{1, 2, 3}, {4, 5, 6}});
  EXPECT_EQ(x[1].to_vector<float>(), (std::vector<float>{4, 5, 6}));
  EXPECT_EQ(x[-1][0].item(), 4);
  EXPECT_EQ(x.slice(1, 1, 3).to_vector<float>(), (std::vector<float>{2, 3, 5, 6}));
  expect_error<hs::IndexError>([&] { (void)x[2]; }, "index 2 is out of range for axis 0 of shape [2, 3]");
}

TEST(Tensor, ItemNeedsExactlyOneElement) {
  expect_error<hs::ShapeError>(
      [] {
        (void)tensor({1.0, 2.0}).item();
      },
      "item() of a tensor of shape [2] with 2 elements: it needs exactly one; reduce or index it "
      "first");
}

TEST(Tensor, ReadingAnotherTypeIsAnErrorThatSaysHowToConvert) {
  expect_error<hs::DTypeError>(
      [] { (void)tensor({1.0}).to_vector<double>(); },
      "asked for the float64 numbers of a float32 tensor of shape [1]: convert it with "
      ".to(hs::float64)");
}

TEST(Tensor, AnUndefinedTensorSaysSo) {
  expect_error<hs::StateError>([] { (void)Tensor().shape(); },
                               "an undefined tensor was used: it was default-made and never assigned");
}

TEST(Tensor, Float32AndFloat64DoNotMix) {
  expect_error<hs::DTypeError>([] { (void)(tensor({1.0}) + tensor({1.0}, {.dtype = hs::float64})); },
                               "add: float32 [1] meets float64 [1]: float32 and float64 do not mix by "
                               "themselves: convert one side with "
                               ".to(hs::float32) or .to(hs::float64)");
}

TEST(Graph, IsFlatAndTopological) {
  const Tensor x = tensor(2.0, {.requires_grad = true});
  const Tensor y = x * x;
  const Tensor z = y + x * y;
  const hs::Graph graph = hs::Graph::of(z);
  ASSERT_EQ(graph.size(), 4U);
  for (std::size_t i = 0; i < graph.size(); ++i)
    for (const std::size_t input : graph.inputs(i)) EXPECT_LT(input, i);
  EXPECT_TRUE(graph[0].is(x));
  EXPECT_TRUE(graph[3].is(z));
  EXPECT_EQ(graph.index_of(y), 1U);
  EXPECT_EQ(graph.index_of(tensor(1.0)), hs::Graph::none);
}
